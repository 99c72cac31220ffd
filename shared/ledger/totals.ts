import type { Item, Table, Write } from "../ports.ts";
import { totalsPk } from "../records/place.ts";
import { type BaseRecord, type Declaration, isTest, type Tally } from "../records/record.ts";

/** Sums by counter, such as `2026-03-31/amount/EUR`. */
export type Counters = Map<string, number>;

/** What a record adds to the totals: test records add nothing. */
export const tallyOf = (declaration: Declaration, record: BaseRecord): Tally | undefined =>
  isTest(record) ? undefined : declaration.tally?.(record);

/** Sums of several partnerships. */
export class TallySheet {
  readonly #sums = new Map<string, { counters: Counters; entries: number }>();

  /** Counts a record in (`sign` 1) or out (-1). */
  add(tally: Tally | undefined, sign: 1 | -1 = 1): void {
    if (tally === undefined) return;
    const sums = this.#sums.get(tally.partnership) ?? { counters: new Map(), entries: 0 };
    this.#sums.set(tally.partnership, sums);
    sums.entries += 1;
    for (const [name, amount] of Object.entries(tally.counts)) {
      const counter = `${tally.day}/${name}`;
      sums.counters.set(counter, (sums.counters.get(counter) ?? 0) + sign * amount);
    }
  }

  /** Additions to the live totals, one item per partnership and month, for use within a transaction. */
  additions(program: string): Write[] {
    const writes: Write[] = [];
    for (const [partnership, { counters }] of this.#sums) {
      for (const [month, add] of byMonth(counters)) {
        writes.push({ update: { pk: totalsPk(program, partnership), sk: `month#${month}` }, add });
      }
    }
    return writes;
  }

  /**
   * The sums as items of their own, one per partnership and month, far below DynamoDB's 400 KB. Writing them again writes the same, and the condition keeps a
   * slower worker, who has seen fewer records of the same batch, from overwriting a fuller sum.
   */
  items(program: string, batch: string): Write[] {
    return [...this.#sums].flatMap(([partnership, { counters, entries }]) =>
      [...byMonth(counters)].map(([month, sums]) => ({
        put: { pk: totalsPk(program, partnership), sk: `batch#${batch}#${month}`, _entries: entries, ...sums },
        when: { absentOrAtMost: { _entries: entries } },
      })),
    );
  }
}

/** Counters begin with their day. Those that came to nothing are left out. */
function byMonth(counters: Counters): Map<string, Record<string, number>> {
  const months = new Map<string, Record<string, number>>();
  for (const [counter, amount] of counters) {
    if (amount === 0) continue;
    const month = counter.slice(0, 7);
    const sums = months.get(month) ?? {};
    months.set(month, sums);
    sums[counter] = amount;
  }
  return months;
}

/** All of a partnership's sums, by day and counter. */
export async function totalsOf(table: Table, program: string, partnership: string): Promise<Counters> {
  const counters: Counters = new Map();
  for await (const page of table.query({ pk: totalsPk(program, partnership) })) {
    for (const item of page) addItem(counters, item);
  }
  return counters;
}

function addItem(counters: Counters, item: Item): void {
  for (const [name, value] of Object.entries(item)) {
    // Counters begin with their day, other attributes do not.
    if (typeof value === "number" && /^\d{4}-/.test(name)) counters.set(name, (counters.get(name) ?? 0) + value);
  }
}
