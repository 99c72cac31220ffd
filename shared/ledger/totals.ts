import type { Item, Place, Table, Write } from "../ports.ts";
import { derivedKey } from "../records/derived-key.ts";
import { totalsPk } from "../records/place.ts";
import { type BaseRecord, type Declaration, isTest, type Tally } from "../records/record.ts";

/** Sums by counter, such as `2026-03-31/amount/EUR`. */
export type Counters = Map<string, number>;

/** What a record adds to the totals: test records add nothing. */
export const tallyOf = (declaration: Declaration, record: BaseRecord): Tally | undefined =>
  isTest(record) ? undefined : declaration.tally?.(record);

/** What of an item of sums changes with each change, whatever that comes to: how many were added, or went into it. */
const CHANGES = "_changes";
const ENTRIES = "_entries";

interface Sheet {
  readonly counters: Counters;
  readonly traces: Counters;
  entries: number;
}

/** Sums of several partnerships. */
export class TallySheet {
  readonly #sums = new Map<string, Sheet>();

  /** Counts a record in (`sign` 1) or out (-1). */
  add(tally: Tally | undefined, sign: 1 | -1 = 1): void {
    if (tally === undefined) return;
    const sums = this.#sums.get(tally.partnership) ?? { counters: new Map(), traces: new Map(), entries: 0 };
    this.#sums.set(tally.partnership, sums);
    sums.entries += 1;
    for (const [name, amount] of Object.entries(tally.counts)) {
      addTo(sums.counters, `${tally.day}/${name}`, sign * amount);
    }
    if (tally.trace !== undefined) addTo(sums.traces, `${tally.day}/${tally.trace}`, sign);
  }

  /**
   * Additions to the live totals, one item per partnership and month, for use within a transaction; what comes to nothing
   * and has changed all the same leaves a mark.
   */
  additions(program: string): Write[] {
    const writes: Write[] = [];
    for (const [partnership, { counters, traces }] of this.#sums) {
      const sums = byMonth(counters);
      for (const month of new Set([...sums.keys(), ...byMonth(traces).keys()])) {
        const add = { ...sums.get(month), [CHANGES]: 1 };
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
        put: { pk: totalsPk(program, partnership), sk: `batch#${batch}#${month}`, [ENTRIES]: entries, ...sums },
        when: { absentOrAtMost: { [ENTRIES]: entries } },
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

function addTo(counters: Counters, name: string, amount: number): void {
  counters.set(name, (counters.get(name) ?? 0) + amount);
}

/** All of a partnership's sums, and what has been counted beside them. */
export interface Sums {
  /** By day and counter. */
  readonly counters: Counters;
  /**
   * Another one after each change of the partnership's customers or transactions that any sum or trace tells of, even of
   * changes that cancel each other out: whoever counts them by one trace need not count again while it is the same.
   */
  readonly trace: string;
  /** What was kept with them by {@link countPlace}. */
  readonly kept: Item | undefined;
}

/** Where a count is kept beside the sums, to be read with them. */
export const countPlace = (program: string, partnership: string): Place => ({
  pk: totalsPk(program, partnership),
  sk: "count",
});

export async function sumsOf(table: Pick<Table, "query">, program: string, partnership: string): Promise<Sums> {
  const counters: Counters = new Map();
  const { pk, sk } = countPlace(program, partnership);
  const states: string[] = [];
  let kept: Item | undefined;
  for await (const page of table.query({ pk })) {
    for (const item of page) {
      if (item.sk === sk) {
        kept = item;
        continue;
      }
      addItem(counters, item);
      states.push(item.sk, JSON.stringify([item[CHANGES] ?? 0, item[ENTRIES] ?? 0]));
    }
  }
  return { counters, trace: derivedKey("", ...states), kept };
}

function addItem(counters: Counters, item: Item): void {
  for (const [name, value] of Object.entries(item)) {
    // Counters begin with their day, other attributes do not.
    if (typeof value === "number" && /^\d{4}-/.test(name)) counters.set(name, (counters.get(name) ?? 0) + value);
  }
}
