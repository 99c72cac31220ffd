import { atOnce } from "../at-once.ts";
import type { Clock, Table } from "../ports.ts";
import { declarationOf } from "../records/index.ts";
import type { Declaration } from "../records/record.ts";
import { type Claim, claimItem } from "./claim.ts";
import { CONCURRENT_WRITES } from "./concurrent-writes.ts";
import { companyOf, type Entry, isCreation, isLoneCreation, writesOf } from "./entry.ts";
import { fromImage, toItem } from "./stored.ts";
import { TallySheet } from "./totals.ts";

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
  /** Puts the record of a claim that has none yet. */
  complete(declaration: Declaration, claim: Claim): Promise<void>;
}

export function createBatch({ table, clock, complete }: Dependencies, program: string, id: string): Batch {
  const sheet = new TallySheet();
  return {
    async commit(entries) {
      const at = clock();
      const lone = entries.filter((entry) => isLoneCreation(entry));
      const others = entries.filter((entry) => !isLoneCreation(entry));
      const granted = await create(table, lone, at);
      const done = new Map(lone.map((entry, index) => [entry, granted[index] === true]));
      await atOnce(CONCURRENT_WRITES, lanesOf(others), async (lane) => {
        for (const entry of lane) done.set(entry, (await table.transact(writesOf(entry, at, true))).length === 0);
      });
      for (const [entry, committed] of done) {
        if (!committed || !isCreation(entry)) continue;
        for (const { declaration, after } of entry.changes) sheet.add(declaration.tally?.(after));
      }
      return entries.map((entry) => done.get(entry) === true);
    },
    async resume(declaration, own) {
      await atOnce(CONCURRENT_WRITES, own, (claim) => complete(declaration, claim));
      for (const { image, company, counted } of own) {
        if (image === undefined || counted) continue;
        sheet.add(declaration.tally?.(fromImage(declaration, image)));
        for (const one of company) {
          const made = declarationOf(one.kind);
          sheet.add(made.tally?.(fromImage(made, one.image)));
        }
      }
    },
    async settle() {
      await atOnce(CONCURRENT_WRITES, sheet.items(program, id), (write) => table.write(write));
    },
  };
}

/**
 * Claims the unique value of each record, then puts the records whose claim was granted. Between the two a record and
 * its company are as good as created: whoever comes across its claim completes them.
 */
async function create(table: Table, entries: readonly Entry[], at: number): Promise<boolean[]> {
  const created = entries.map((entry) => {
    const { mark, changes, note } = entry;
    const made = changes.map(({ declaration, after }, index) => {
      const [unique] = declaration.unique(after);
      if (unique === undefined) throw new Error("a lone creation has unique values");
      const creation = index === 0 ? { mark, at, company: companyOf(entry), note } : { mark, at };
      return {
        claim: claimItem(declaration, after, unique, creation, true),
        item: toItem(declaration, after, { rev: 1, at, mark }),
      };
    });
    const [first, ...company] = made;
    if (first === undefined) throw new Error("a lone creation has a change");
    return { claim: first.claim, items: [first.item, ...company.flatMap(({ claim, item }) => [claim, item])] };
  });
  const granted = await table.insert(created.map(({ claim }) => claim));
  // A record that is there already was completed by somebody else.
  await table.insert(created.flatMap(({ items }, index) => (granted[index] === true ? items : [])));
  return granted;
}

/** Changes that move the same partnership's live totals go one after another: at once, they would refuse each other. */
function lanesOf(entries: readonly Entry[]): Entry[][] {
  const lanes = new Map<unknown, Entry[]>();
  for (const entry of entries) {
    const changed = entry.changes.find(({ before }) => before !== undefined);
    const tally = changed?.before && changed.declaration.tally?.(changed.before.record);
    const lane = tally?.partnership ?? entry;
    lanes.set(lane, [...(lanes.get(lane) ?? []), entry]);
  }
  return [...lanes.values()];
}
