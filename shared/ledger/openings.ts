import { atOnce } from "../at-once.ts";
import type { Clock, Item, Place, Query, Table, Value } from "../ports.ts";
import { declarationOf } from "../records/index.ts";
import { openingsPk } from "../records/place.ts";
import type { Unique } from "../records/record.ts";
import { CONCURRENT_WRITES } from "./concurrent-writes.ts";
import type { Reader } from "./reader.ts";
import { attribute } from "./stored.ts";

/** A unique value that a batch is about to claim for a record of some kind. */
export interface Opening extends Pick<Unique, "field" | "value"> {
  readonly kind: string;
}

/** Claims named in one item: their values have at most 2 KB each, an item 400. */
const MOST_VALUES = 100;

/**
 * What a batch is about to create. A creation takes two steps, its claim and its record, and a worker may die between
 * them; so that a reader as of an instant need not wait for the next one, the claims to come are told beforehand.
 */
export interface Openings {
  /** Tells them; to be asked back, as `closed`, once the records are in. */
  announce(openings: readonly Opening[]): Promise<Slots>;
  closed(slots: Slots): void;
  /** Takes back all that was told for the batch, by this attempt at it and by earlier ones, whose creations are completed. */
  settle(): Promise<void>;
}

/** The items that tell of some openings. */
type Slots = readonly Slot[];

interface Slot {
  readonly place: Place;
  /** When it was last written. */
  readonly at: number;
}

interface Dependencies {
  readonly table: Table;
  readonly clock: Clock;
  readonly reader: Pick<Reader, "claims" | "completeMissing">;
}

export function createOpenings({ table, clock, reader }: Dependencies, program: string, batch: string): Openings {
  const all = { pk: openingsPk(program), begins: `${batch}#` };
  const own = new Set<string>();
  // An item is written over once its records are in, which spares its removal.
  const idle: Slot[] = [];
  let next = 0;

  async function tell(about: Readonly<Record<string, Value>>): Promise<Slot> {
    const at = clock();
    for (;;) {
      const used = idle.pop();
      const place = used?.place ?? { pk: all.pk, sk: `${all.begins}${next++}` };
      // What others at the same batch have told stays: they may have died between claims and records.
      const when = used === undefined ? ({ absent: true } as const) : { equals: { _at: used.at } };
      if (!(await table.write({ put: { ...place, _at: at, ...about }, when }))) continue;
      own.add(place.sk);
      return { place, at };
    }
  }

  return {
    announce: (openings) => atOnce(CONCURRENT_WRITES, [...grouped(openings)], tell),
    closed: (slots) => void idle.push(...slots),
    async settle() {
      for await (const page of table.query(all)) {
        const left = page.filter(({ sk }) => !own.has(sk));
        for (const opening of left) await completeOpening({ reader }, program, opening, Infinity);
        await atOnce(CONCURRENT_WRITES, page, (opening) => table.write({ remove: opening }));
      }
    },
  };
}

/** Completes what is open in a program and was stamped at an instant or before it. */
export async function completeOpenings(
  deps: Pick<Dependencies, "table" | "reader">,
  program: string,
  at: number,
): Promise<void> {
  const query: Query = { pk: openingsPk(program) };
  for await (const page of deps.table.query(query)) {
    for (const opening of page) await completeOpening(deps, program, opening, at);
  }
}

async function completeOpening(
  { reader }: Pick<Dependencies, "reader">,
  program: string,
  opening: Item,
  at: number,
): Promise<void> {
  const declaration = declarationOf(attribute(opening, "kind"));
  const { values } = opening;
  const named = Array.isArray(values) ? values.filter((value) => typeof value === "string") : [];
  const found = await reader.claims(declaration, program, attribute(opening, "field"), named);
  const due = found.filter((claim) => claim !== undefined).filter((claim) => claim.at <= at);
  await reader.completeMissing(declaration, due);
}

/** What is told of openings, as few items as can be. */
function* grouped(openings: readonly Opening[]): Generator<{ kind: string; field: string; values: string[] }> {
  const groups = new Map<string, { kind: string; field: string; values: string[] }>();
  for (const { kind, field, value } of openings) {
    const name = `${kind}.${field}`;
    const group = groups.get(name) ?? { kind, field, values: [] };
    groups.set(name, group);
    group.values.push(value);
    if (group.values.length < MOST_VALUES) continue;
    groups.delete(name);
    yield group;
  }
  yield* groups.values();
}
