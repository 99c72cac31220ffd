import * as fc from "fast-check";
import { expect, test } from "vitest";
import { openRun, keepRun, type ShadowRun } from "../../../shared/imports/shadow-run.ts";
import { createShadowTable } from "../../../shared/imports/shadow-table.ts";
import { createOverlay } from "../../../shared/ledger/overlay-table.ts";
import type { Condition, Item, Place, Query, Table, Write } from "../../../shared/ports.ts";
import { createMemoryObjectStore } from "../../fakes/memory-object-store.ts";
import { createMemoryTable } from "../../fakes/memory-table.ts";

const PKS = ["acme/claim/1", "acme/partnership/part_a", "acme/direct/2", "acme/history/x"];
const SKS = [
  "#",
  "C#cus_1",
  "C#cus_1#T#1",
  "C#cus_1#T#2",
  "C#cus_10#T#1",
  "C#cus_2",
  "L#1",
  // UTF-8 sorts these the other way round than UTF-16.
  "x\uffef",
  "x\u{1f600}",
];
const BEGINS = ["", "#", "C", "C#", "C#cus_1", "C#cus_1#", "C#cus_1#T#", "C#cus_3#", "L#", "x"];

const place: fc.Arbitrary<Place> = fc.record({ pk: fc.constantFrom(...PKS), sk: fc.constantFrom(...SKS) });
/** Some fill a block by themselves. */
const texts = fc.constantFrom("", "a", "b", "ü\n\u2028\u{1f600}", "long".repeat(8_000));
const item: fc.Arbitrary<Item> = fc
  .record({ place, n: fc.integer({ min: -2, max: 2 }), s: texts })
  .map(({ place: at, ...rest }) => ({ ...at, ...rest }));
const condition = fc.constantFrom<(Condition | undefined)[]>(
  undefined,
  undefined,
  { absent: true },
  { equals: { n: 1 } },
  { absentOrEquals: { s: "a" } },
  { absentOrAtMost: { n: 0 } },
);
const withWhen = (write: Write, when: Condition | undefined): Write => ({ ...write, ...(when && { when }) });
const write: fc.Arbitrary<Write> = fc.oneof(
  fc.tuple(item, condition).map(([put, when]) => withWhen({ put }, when)),
  fc.tuple(place, condition).map(([remove, when]) => withWhen({ remove }, when)),
  fc.tuple(place, condition).map(([check, when]) => ({ check, when: when ?? { absent: true as const } })),
  fc
    .tuple(place, fc.integer({ min: -2, max: 2 }), texts, condition)
    .map(([update, n, s, when]) => withWhen({ update, add: { n }, set: { s } }, when)),
);
const query: fc.Arbitrary<Query> = fc.record(
  {
    pk: fc.constantFrom(...PKS),
    begins: fc.constantFrom(...BEGINS),
    after: fc.constantFrom(...SKS),
    newestFirst: fc.boolean(),
    limit: fc.integer({ min: 1, max: 4 }),
  },
  { requiredKeys: ["pk"] },
);
const distinct = fc.uniqueArray(write, {
  maxLength: 4,
  selector: (one) => JSON.stringify(placeIn(one)),
});

function placeIn(one: Write): readonly string[] {
  const { pk, sk } = "put" in one ? one.put : "remove" in one ? one.remove : "check" in one ? one.check : one.update;
  return [pk, sk];
}

type Ask =
  | { readonly write: Write }
  | { readonly transact: readonly Write[] }
  | { readonly insert: readonly Item[] }
  | { readonly get: readonly Place[] }
  | { readonly query: Query };

const ask = fc.oneof<fc.Arbitrary<Ask>[]>(
  fc.record({ write }),
  fc.record({ transact: distinct }),
  fc.record({ insert: fc.array(item, { maxLength: 4 }) }),
  fc.record({ get: fc.array(place, { maxLength: 5 }) }),
  fc.record({ query }),
);

async function answer(table: Table, one: Ask): Promise<unknown> {
  if ("write" in one) return table.write(one.write);
  if ("transact" in one) return table.transact(one.transact);
  if ("insert" in one) return table.insert(one.insert);
  if ("get" in one) return table.get(one.get);
  const found: Item[] = [];
  for await (const page of table.query(one.query)) found.push(...page);
  return found;
}

async function filled(items: readonly Item[]) {
  const table = createMemoryTable();
  await table.insert(items);
  return table;
}

test("what earlier steps would have written, and this one, answers as one table that had all of it", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(item, { maxLength: 12 }),
      fc.array(fc.array(ask, { maxLength: 10 }), { minLength: 1, maxLength: 4 }),
      async (items, steps) => {
        const base = await filled(items);
        const whole = await filled(items);
        const before = base.items();
        const objects = createMemoryObjectStore();
        for (const [index, asks] of steps.entries()) {
          const runs: ShadowRun[] = [];
          for (let of = 0; of < index; of++) runs.push(await openRun(objects, `run-${of}`));
          const overlay = createOverlay(createShadowTable(base, runs));
          for (const one of asks) expect(await answer(overlay, one)).toEqual(await answer(whole, one));
          await keepRun(objects, `run-${index}`, overlay.written());
        }
        expect(base.items()).toEqual(before);
      },
    ),
    { numRuns: 600, seed: 20260406 },
  );
});

test("what was written while the base was being read goes first", async () => {
  const at: Place = { pk: "acme/claim/1", sk: "#" };
  const base = await filled([{ ...at, n: 1 }]);
  const overlay = createOverlay(base);
  const [read, written] = await Promise.all([overlay.get([at]), overlay.write({ put: { ...at, n: 2 } })]);
  expect(written).toBe(true);
  expect([1, 2]).toContain(read[0]?.["n"]);
  const both = await Promise.all([
    overlay.write({ put: { ...at, n: 3 }, when: { equals: { n: 2 } } }),
    overlay.write({ put: { ...at, n: 4 }, when: { equals: { n: 2 } } }),
    overlay.insert([{ ...at, n: 5 }]),
  ]);
  expect(both).toEqual([true, false, [false]]);
  expect(await overlay.get([at])).toEqual([{ ...at, n: 3 }]);
});
