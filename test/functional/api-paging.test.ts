import * as fc from "fast-check";
import { expect, test } from "vitest";
import { listPage } from "../../shared/api/paging.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import { LIST_SHARDS } from "../../shared/names.ts";
import { type Customer, customer } from "../../shared/records/customer.ts";
import { shardOf } from "../../shared/records/place.ts";
import { createFixedClock } from "../fakes/fixed-clock.ts";
import { createMemoryTable } from "../fakes/memory-table.ts";
import { aCustomer } from "./ledger-records.ts";

const RUNS = process.env["LONG"] === "1" ? 2_000 : 100;
const SEED = 20_261_120;

const START = Date.parse("2026-04-01");

interface Made {
  readonly created: number;
  readonly updated: number;
  readonly partner: string;
}

const anyMade: fc.Arbitrary<Made> = fc.record({
  // Few instants, so that several records share one.
  created: fc.integer({ min: 0, max: 20 }),
  updated: fc.integer({ min: 0, max: 20 }),
  partner: fc.constantFrom("part_1", "part_2"),
});

const anyOrder = fc.constantFrom("created_at", "-created_at", "updated_at", "-updated_at");
const anySpan = fc.option(fc.tuple(fc.integer({ min: -1, max: 21 }), fc.integer({ min: -1, max: 21 })), {
  nil: undefined,
});

const anyQuestion = fc.record({
  made: fc.array(anyMade, { maxLength: 40 }),
  limit: fc.integer({ min: 1, max: 12 }),
  order: anyOrder,
  created: anySpan,
  updated: anySpan,
  /** Only in lists by creation. */
  partner: fc.constantFrom(undefined, "part_1"),
  /** Which of the customers a filter wants. */
  every: fc.constantFrom(1, 2, 7),
  /** Whether all of them lie in one shard of the list. */
  crowded: fc.boolean(),
});

type Question = typeof anyQuestion extends fc.Arbitrary<infer T> ? T : never;

/** Numbers of keys that lie in the first shard. */
const CROWD = Array.from({ length: 1_000 }, (_, at) => at).filter((at) => shardOf(`cus_${at}`, LIST_SHARDS) === 0);

const toCustomer = ({ created, updated, partner }: Made, at: number): Customer =>
  aCustomer({
    key: `cus_${at}`,
    customer_key: `c${at}`,
    email: `c${at}@c.example`,
    partnership_key: partner,
    created_at: START + created,
    updated_at: START + updated,
  });

async function createList({ made, limit, order, created, updated, partner: owner, every, crowded }: Question) {
  const partner = ownerIn(order, owner);
  const table = createMemoryTable();
  const clock = createFixedClock();
  const ledger = createLedger({ table, clock });
  const all = made.map((one, at) => toCustomer(one, crowded ? (CROWD[at] ?? at) : at));
  for (const after of all) await ledger.commit({ mark: after.key, changes: [{ declaration: customer, after }] });
  const span = (what: string, [one, other]: readonly [number, number]) => ({
    [`min_${what}`]: String(Math.max(0, START + Math.min(one, other))),
    [`max_${what}`]: String(START + Math.max(one, other)),
  });
  const query = {
    limit: String(limit),
    order_by: order,
    ...(created && span("created", created)),
    ...(updated && span("updated", updated)),
  };
  const isAskedFor = every === 1 ? undefined : ({ key }: Customer) => Number(key.slice(4)) % every === 0;
  const page = (cursor: Readonly<Record<string, string>>) =>
    listPage(ledger, customer, "acme", { ...query, ...cursor }, { partnership: partner, isAskedFor });
  return { all, clock, ledger, table, page, isAskedFor };
}

const ownerIn = (order: string, owner: string | undefined) => (order.endsWith("created_at") ? owner : undefined);

/** What the list holds, in its order, by a plain look at everything. */
function expected(
  all: readonly Customer[],
  { order, created, updated, partner: owner }: Question,
  isAskedFor: ((one: Customer) => boolean) | undefined,
): string[] {
  const partner = ownerIn(order, owner);
  const isIn = (at: number, span: readonly [number, number] | undefined) =>
    span === undefined || (at >= START + Math.min(...span) && at <= START + Math.max(...span));
  const by = order.endsWith("created_at") ? ("created_at" as const) : ("updated_at" as const);
  const sorted = all
    .filter(
      (one) =>
        isIn(one.created_at, created) &&
        isIn(one.updated_at, updated) &&
        (partner === undefined || one.partnership_key === partner) &&
        (isAskedFor?.(one) ?? true),
    )
    .toSorted((a, b) => a[by] - b[by] || (a.key < b.key ? -1 : 1))
    .map(({ key }) => key);
  return order.startsWith("-") ? sorted.toReversed() : sorted;
}

test("whatever is asked for, every record comes once, forward and backward, to whoever stops at has_more and at an empty page", async () => {
  const property = fc.asyncProperty(anyQuestion, async (question) => {
    const { all, page, isAskedFor } = await createList(question);
    const whole = expected(all, question, isAskedFor);
    const forward: string[] = [];
    for (let cursor = {}; ;) {
      const { items, has_more } = await page(cursor);
      forward.push(...items.map(({ key }) => key));
      const last = items.at(-1)?.key;
      // A page is empty only behind the last record.
      expect(has_more).toBe(last !== undefined && forward.length < whole.length);
      if (last === undefined) break;
      cursor = { starting_after: last };
    }
    expect(forward).toEqual(whole);
    const backward: string[] = [];
    for (let at = whole.at(-1); at !== undefined;) {
      const { items, has_more } = await page({ ending_before: at });
      backward.unshift(...items.map(({ key }) => key));
      expect(has_more).toBe(backward.length < whole.length - 1);
      at = items[0]?.key;
    }
    expect(backward).toEqual(whole.slice(0, -1));
  });
  await fc.assert(property, { numRuns: RUNS, seed: SEED });
});

test("a cursor whose record was archived, changed or removed since misses nothing", async () => {
  const anyLater = fc.record({ question: anyQuestion, what: fc.constantFrom("archive", "remove", "touch") });
  const property = fc.asyncProperty(anyLater, async ({ question, what }) => {
    const { all, ledger, page, isAskedFor } = await createList({ ...question, updated: undefined });
    const whole = expected(all, { ...question, updated: undefined }, isAskedFor);
    const first = await page({});
    const cursor = first.items.at(-1)?.key;
    if (cursor === undefined) return;
    const [before] = await ledger.find(customer, "acme", "key", [cursor]);
    if (before === undefined) throw new Error("the cursor is there");
    const mark = "later";
    const after = { ...before.record, archived: what === "archive", updated_at: START + 30 };
    await ledger.commit(
      what === "remove"
        ? { mark, changes: [], removals: [{ declaration: customer, revisions: [before] }] }
        : { mark, changes: [{ declaration: customer, before, after }] },
    );
    const seen = new Set(first.items.map(({ key }) => key));
    for (let at: string | undefined = cursor, pages = 0; at !== undefined && pages < 50; pages++) {
      const { items } = await page({ starting_after: at });
      for (const { key } of items) seen.add(key);
      at = items.at(-1)?.key;
    }
    expect([...seen].toSorted()).toEqual(whole.toSorted());
  });
  await fc.assert(property, { numRuns: RUNS, seed: SEED });
});

test("a list by the last change has an end, though its last record has changed before it was read", async () => {
  const made = [0, 1, 2].map((at) => ({ created: at, updated: at, partner: "part_1" }));
  const { ledger, page, clock } = await createList({
    made,
    limit: 2,
    order: "updated_at",
    created: undefined,
    updated: undefined,
    partner: undefined,
    every: 1,
    crowded: false,
  });
  const [before] = await ledger.find(customer, "acme", "key", ["cus_0"]);
  if (before === undefined) throw new Error("it is there");
  const after = { ...before.record, updated_at: START + 9 };
  await ledger.commit({ mark: "later", changes: [{ declaration: customer, before, after }] });
  clock.advance(61_000);
  const seen: string[] = [];
  for (let cursor: Readonly<Record<string, string>> = {}, pages = 0; pages < 9; pages++) {
    const { items } = await page(cursor);
    const last = items.at(-1)?.key;
    if (last === undefined) break;
    seen.push(...items.map(({ key }) => key));
    cursor = { starting_after: last };
  }
  expect(seen).toEqual(["cus_1", "cus_2", "cus_0"]);
});

test("a page costs the same at the beginning of a long list and far behind it", async () => {
  const made = Array.from({ length: 3_000 }, (_, at) => ({ created: at, updated: at, partner: "part_1" }));
  const { table, page } = await createList({
    made,
    limit: 25,
    order: "-created_at",
    created: undefined,
    updated: undefined,
    partner: undefined,
    every: 1,
    crowded: false,
  });
  const unitsOf = async (cursor: Readonly<Record<string, string>>) => {
    const before = table.units.read;
    await page(cursor);
    return table.units.read - before;
  };
  const first = await unitsOf({ starting_after: "cus_2990" });
  const last = await unitsOf({ starting_after: "cus_100" });
  expect(first).toBe(last);
});
