import type { Customer } from "../records/customer.ts";
import { INDEXES, type IndexName, LIST_SHARDS } from "../names.ts";
import type { Item, Place, Table } from "../ports.ts";
import { customerSk, listPk, ownedPk, partnerPk, timed } from "../records/place.ts";
import type { BaseRecord, Declaration } from "../records/record.ts";
import type { Reader } from "./reader.ts";
import { attribute, fromItem, MOVED, type Stored } from "./stored.ts";

/** A part of the table whose records of a kind lie in the order of a list. A list is merged from one lane or several. */
export interface Lane {
  readonly pk: string;
  readonly index?: IndexName;
  /** What the sort keys of the table begin with; behind it comes the position. */
  readonly begins?: string;
  /** Only what is found by this text, in the index `search`. */
  readonly holding?: string;
}

/** By what a list is sorted. */
export type ListOrder = "created_at" | "updated_at";

/** Where a record stands in a list. */
export const positionIn = (order: ListOrder, record: BaseRecord): string => timed(record[order], record.key);

/** The beginning of an instant in a list: all records of then stand behind it. */
export const positionAt = (instant: number): string => timed(instant, "").slice(0, -1);

const SHARDS = Array.from({ length: LIST_SHARDS }, (_, shard) => shard);

/** A program's records of a kind. */
export const programLanes = ({ kind }: Declaration, program: string, order: ListOrder): Lane[] =>
  SHARDS.map((shard) => ({
    pk: listPk(program, kind, shard),
    index: order === "created_at" ? ("list" as const) : ("updated" as const),
  }));

/** A partner's records of a kind, by their creation. */
export function partnerLanes({ kind, owned }: Declaration, program: string, partnership: string): Lane[] {
  if (owned === undefined) throw new Error(`a partner has no list of its ${kind}s`);
  return "prefix" in owned
    ? [{ pk: partnerPk(program, partnership, null), begins: owned.prefix }]
    : [{ pk: ownedPk(program, kind, partnership), index: "owned" }];
}

/** A customer's transactions (`T`) or rewards (`R`), with all partners that it has belonged to. */
export const customerLanes = (
  {
    program,
    key,
    partnership_key,
    former_partnership_keys: former,
  }: Pick<Customer, "program" | "key" | "partnership_key" | "former_partnership_keys">,
  what: "T" | "R",
): Lane[] =>
  [...new Set([partnership_key ?? "", ...former])].map((owner) => ({
    pk: partnerPk(program, owner === "" ? null : owner, key),
    begins: `${customerSk(key)}#${what}#`,
  }));

/** A program's records of a kind by their names, or those only that are found by a text. */
export const searchLanes = ({ kind }: Declaration, program: string, text: string): Lane[] =>
  SHARDS.map((shard) => ({
    pk: listPk(program, kind, shard),
    index: "search",
    ...(text !== "" && { holding: text }),
  }));

export interface ListingRange {
  /** The position to start behind, in the direction of reading. */
  readonly after?: string | undefined;
  readonly newestFirst: boolean;
  /** About how many records will be read. */
  readonly about: number;
}

/** No more items of a lane are asked for at once: enough for few requests, and little to throw away. */
const MOST_AT_ONCE = 1000;

/** The records of a list in its order, merged from its lanes; of each lane hardly more is read than is taken. */
export async function* listing<R extends BaseRecord>(
  table: Pick<Table, "query">,
  declaration: Declaration<R>,
  lanes: readonly Lane[],
  range: ListingRange,
): AsyncGenerator<Stored<R>> {
  for await (const item of merged(table, declaration, lanes, range)) yield fromItem(declaration, item);
}

/** What is found is read for itself, as the index holds no more than the text; so many at once. */
const MOST_READ_AT_ONCE = 100;

/** The records of {@link searchLanes}, as they are by now; one that is not found by the text any more is left out. */
export async function* searching<R extends BaseRecord>(
  { table, reader }: { readonly table: Pick<Table, "query">; readonly reader: Pick<Reader, "read"> },
  declaration: Declaration<R>,
  lanes: readonly Lane[],
  range: ListingRange,
): AsyncGenerator<Stored<R>> {
  const text = lanes[0]?.holding ?? "";
  const most = Math.min(MOST_READ_AT_ONCE, range.about);
  let places: Place[] = [];
  const taken = async (): Promise<Stored<R>[]> => {
    const records = await reader.read(declaration, places);
    places = [];
    return records.flatMap((one) =>
      one !== undefined && declaration.searched?.text(one.record).includes(text) === true ? [one] : [],
    );
  };
  for await (const { pk, sk } of merged(table, declaration, lanes, range)) {
    places.push({ pk, sk });
    if (places.length >= most) yield* await taken();
  }
  if (places.length > 0) yield* await taken();
}

async function* merged(
  table: Pick<Table, "query">,
  declaration: Declaration,
  lanes: readonly Lane[],
  { after, newestFirst, about }: ListingRange,
): AsyncGenerator<Item> {
  const comesFirst = lanes[0]?.index === "search" ? comesBefore : timedBefore;
  // Records spread over the lanes by chance: half as many again are nearly always enough.
  const first = Math.min(MOST_AT_ONCE, Math.ceil((about * 1.5) / lanes.length) + 2);
  const readers = lanes.map((lane) => laneReader(table, declaration, lane, { after, newestFirst, first }));
  await Promise.all(readers.map(({ fill }) => fill()));
  for (;;) {
    let next: LaneReader | undefined;
    for (const reader of readers) {
      const position = reader.position();
      const best = next?.position();
      if (position === undefined) continue;
      if (best === undefined || comesFirst(position, best) !== newestFirst) next = reader;
    }
    if (next === undefined) return;
    yield next.take();
    await next.fill();
  }
}

/** In the order of the table, which sorts by UTF-8 bytes. */
const comesBefore = (one: string, other: string): boolean => Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0;

/** The same of positions that begin with digits, and seldom have these in common. */
export function timedBefore(one: string, other: string): boolean {
  const [time, otherTime] = [one.slice(0, TIME_DIGITS), other.slice(0, TIME_DIGITS)];
  return time === otherTime ? comesBefore(one, other) : time < otherTime;
}

const TIME_DIGITS = 13;

interface LaneReader {
  /** Reads on when all that was read has been taken. */
  fill(): Promise<void>;
  /** Where the next one stands; undefined behind the last one. */
  position(): string | undefined;
  take(): Item;
}

function laneReader(
  table: Pick<Table, "query">,
  { kind }: Declaration,
  { pk, index, begins = "", holding }: Lane,
  { after, newestFirst, first }: { after: string | undefined; newestFirst: boolean; first: number },
): LaneReader {
  const sortKey = index === undefined ? "sk" : INDEXES[index].sk;
  let limit = first;
  let from = after === undefined ? undefined : begins + after;
  let found: Item[] = [];
  let at = 0;
  let isOver = false;
  return {
    async fill() {
      while (at >= found.length && !isOver) {
        const query = {
          pk,
          ...(index && { index }),
          ...(holding !== undefined && { holding: { attribute: INDEXES.search.includes[0], text: holding } }),
          begins,
          newestFirst,
          limit,
          ...(from !== undefined && { after: from }),
        };
        const read: Item[] = [];
        for await (const page of table.query(query)) read.push(...page);
        isOver = read.length < limit;
        from = attribute(read.at(-1) ?? {}, sortKey) || from;
        limit = Math.min(MOST_AT_ONCE, limit * 4);
        // Where a record has moved away, or been removed, its place tells of that.
        // The index of searches tells no kinds, and has one in each partition.
        found = index === "search" ? read : read.filter((item) => item["_kind"] === kind && item[MOVED] !== true);
        at = 0;
      }
    },
    position() {
      const item = found[at];
      return item && attribute(item, sortKey).slice(begins.length);
    },
    take() {
      const item = found[at];
      if (item === undefined) throw new Error("there is nothing to take");
      at += 1;
      return item;
    },
  };
}
