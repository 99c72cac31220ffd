import { atOnce } from "../at-once.ts";
import { NotWritten } from "../errors.ts";
import type { Clock, Item, Table } from "../ports.ts";
import { declarationOf } from "../records/index.ts";
import type { BaseRecord, Declaration, Unique } from "../records/record.ts";
import { type Claim, claimItem } from "./claim.ts";
import { CONCURRENT_WRITES } from "./concurrent-writes.ts";
import { companyOf, type Entry, isCreation, isLoneCreation, writesOf } from "./entry.ts";
import { createOpenings, type Opening, type Openings } from "./openings.ts";
import type { Reader } from "./reader.ts";
import { stamped } from "./settled.ts";
import { fromImage, toItem } from "./stored.ts";
import { tallyOf, TallySheet } from "./totals.ts";

/**
 * A batch is repeated as a whole when its worker dies: each creation recognises itself by its mark and is counted again
 * from its claim, so that the sums come out the same whoever writes them.
 */
export interface Batch {
  /** For each entry, whether it was committed. */
  commit(entries: readonly Entry[]): Promise<boolean[]>;
  /** Counts in records that an earlier attempt of this batch created, completing any that it left half done, with their company. */
  resume(declaration: Declaration, claims: readonly Claim[]): Promise<void>;
  settle(): Promise<void>;
}

interface Dependencies {
  readonly table: Table;
  readonly clock: Clock;
  readonly reader: Reader;
}

export function createBatch({ table, clock, reader }: Dependencies, program: string, id: string): Batch {
  const sheet = new TallySheet();
  const openings = createOpenings({ table, clock, reader }, program, id);
  return {
    async commit(entries) {
      const lone = entries.filter((entry) => isLoneCreation(entry));
      const others = entries.filter((entry) => !isLoneCreation(entry));
      const granted = await create({ table, clock, openings }, lone);
      const done = new Map(lone.map((entry, index) => [entry, granted[index] === true]));
      await atOnce(CONCURRENT_WRITES, lanesOf(others), async (lane) => {
        for (const entry of lane) {
          const failed = await stamped(clock, (at, limit) => table.transact(writesOf(entry, at, true), limit));
          done.set(entry, failed.length === 0);
        }
      });
      for (const [entry, committed] of done) {
        if (!committed || !isCreation(entry)) continue;
        for (const { declaration, after } of entry.changes) sheet.add(tallyOf(declaration, after));
      }
      return entries.map((entry) => done.get(entry) === true);
    },
    async resume(declaration, own) {
      await reader.completeMissing(declaration, own);
      for (const { image, company, counted } of own) {
        if (image === undefined || counted) continue;
        sheet.add(tallyOf(declaration, fromImage(declaration, image)));
        for (const one of company) {
          const made = declarationOf(one.kind);
          sheet.add(tallyOf(made, fromImage(made, one.image)));
        }
      }
    },
    async settle() {
      await atOnce(CONCURRENT_WRITES, sheet.items(program, id), (write) => table.write(write));
      await openings.settle();
    },
  };
}

/**
 * Claims the unique value of each record, then puts the records whose claim was granted. Between the two a record and
 * its company are as good as created: whoever comes across its claim completes them.
 */
async function create(
  { table, clock, openings }: Pick<Dependencies, "table" | "clock"> & { readonly openings: Openings },
  entries: readonly Entry[],
): Promise<boolean[]> {
  if (entries.length === 0) return [];
  const told = await openings.announce(entries.map(openingOf));
  const granted = new Map<Entry, Creation>();
  let open = entries;
  await stamped(clock, async (at, limit) => {
    const tried = open.map((entry) => creationOf(entry, at));
    const answers = await table.insert(
      tried.map(({ claim }) => claim),
      limit,
    );
    for (const [index, creation] of tried.entries()) if (answers[index] === true) granted.set(creation.entry, creation);
    open = open.filter((_, index) => answers[index] === undefined);
    if (open.length > 0) throw new NotWritten();
  });
  const created = [...granted.values()];
  // A record that is there already was completed by somebody else. One that is there has its company.
  await table.insert(created.flatMap(({ company }) => company));
  await table.insert(created.map(({ record }) => record));
  openings.closed(told);
  return entries.map((entry) => granted.has(entry));
}

/** What a lone creation writes. */
interface Creation {
  readonly entry: Entry;
  readonly claim: Item;
  readonly company: readonly Item[];
  readonly record: Item;
}

function creationOf(entry: Entry, at: number): Creation {
  const { mark, changes, note } = entry;
  const made = changes.map(({ declaration, after }, index) => {
    const creation = index === 0 ? { mark, at, company: companyOf(entry), note } : { mark, at };
    return {
      claim: claimItem(declaration, after, soleUnique(declaration, after), creation, true),
      item: toItem(declaration, after, { rev: 1, at, mark }),
    };
  });
  const [first, ...company] = made;
  if (first === undefined) throw new Error("a lone creation has a change");
  return {
    entry,
    claim: first.claim,
    company: company.flatMap(({ claim, item }) => [claim, item]),
    record: first.item,
  };
}

function openingOf({ changes: [first] }: Entry): Opening {
  if (first === undefined) throw new Error("a lone creation has a change");
  const { declaration, after } = first;
  return { kind: declaration.kind, ...soleUnique(declaration, after) };
}

function soleUnique(declaration: Declaration, record: BaseRecord): Unique {
  const [unique] = declaration.unique(record);
  if (unique === undefined) throw new Error("a lone creation has unique values");
  return unique;
}

/** Changes that move the same partnership's live totals go one after another: at once, they would refuse each other. */
function lanesOf(entries: readonly Entry[]): Entry[][] {
  const lanes = new Map<unknown, Entry[]>();
  for (const entry of entries) {
    const changed = entry.changes.find(({ before }) => before !== undefined);
    const tally = changed?.before && tallyOf(changed.declaration, changed.before.record);
    const lane = tally?.partnership ?? entry;
    lanes.set(lane, [...(lanes.get(lane) ?? []), entry]);
  }
  return [...lanes.values()];
}
