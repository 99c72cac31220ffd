import type { ConsumedCapacity, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Condition, Item, Place, Query, Table, Value, Write } from "../../shared/ports.ts";
import { createMemoryTable, type MemoryTable } from "../fakes/memory-table.ts";
import { startLocalTable } from "./local-table.ts";

const RUNS = process.env["LONG"] === "1" ? 3_000 : 150;
const SEED = 20_260_401;
const TIMEOUT_MS = 600_000;

type Step =
  | { readonly write: Write }
  | { readonly transact: readonly Write[] }
  | { readonly insert: readonly Item[] }
  | { readonly get: readonly Place[] }
  | { readonly query: Query };

describe("the tables in memory and in DynamoDB", () => {
  let local: Awaited<ReturnType<typeof startLocalTable>>;
  let charged: () => { read: number; write: number };
  let runs = 0;

  beforeAll(async () => {
    local = await startLocalTable();
    charged = countUnits(local.client);
  });
  afterAll(() => local.close());

  it(
    "answer the same to whatever is done to them, and charge the same for it",
    async () => {
      const property = fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 25 }), async (steps) => {
        const program = `${(runs += 1)}/`;
        const memory = createMemoryTable();
        for (const step of steps) await compare(memory, inProgram(step, program));
        for (const pk of PARTITIONS) {
          await compare(memory, { query: { pk: program + pk } });
          await compare(memory, { query: { pk: program + pk, index: "list" } });
        }
      });
      await expect(fc.assert(property, { numRuns: RUNS, seed: SEED })).resolves.toBeUndefined();
    },
    TIMEOUT_MS,
  );

  async function compare(memory: MemoryTable, step: Step): Promise<void> {
    const [ours, theirs] = [{ ...memory.units }, charged()];
    const answer = await outcome(memory, step);
    expect(answer).toEqual(await outcome(local.table, step));
    // DynamoDB does not say what a refused request cost, and reads a key more where it can only start at, not behind one.
    if (answer.isRefused || ("query" in step && step.query.after !== undefined)) return;
    const [oursAfter, theirsAfter] = [memory.units, charged()];
    expect({ read: oursAfter.read - ours.read, write: oursAfter.write - ours.write }, JSON.stringify(step)).toEqual({
      read: theirsAfter.read - theirs.read,
      write: theirsAfter.write - theirs.write,
    });
  }
});

async function outcome(table: Table, step: Step): Promise<{ isRefused: boolean; answer?: unknown }> {
  try {
    const answer = await take(table, step);
    return { isRefused: isRefusal(answer), answer };
  } catch {
    return { isRefused: true };
  }
}

async function take(table: Table, step: Step): Promise<unknown> {
  if ("write" in step) return table.write(step.write);
  if ("transact" in step) return table.transact(step.transact);
  if ("insert" in step) return table.insert(step.insert);
  if ("get" in step) return table.get(step.get);
  const items: Item[] = [];
  for await (const page of table.query(step.query)) items.push(...page);
  return items;
}

const isRefusal = (answer: unknown): boolean =>
  answer === false || (Array.isArray(answer) && answer.some((one) => one === false || typeof one === "number"));

/** Counts what DynamoDB says that it charges. */
function countUnits(client: DynamoDBClient): () => { read: number; write: number } {
  const units = { read: 0, write: 0 };
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: "TOTAL" } });
        const { ConsumedCapacity = [] } = answer.output as { ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] };
        for (const { CapacityUnits = 0 } of [ConsumedCapacity].flat()) {
          units[/Get|Query/.test(commandName) ? "read" : "write"] += CapacityUnits;
        }
        return answer;
      },
    { step: "initialize" },
  );
  return () => ({ ...units });
}

const PARTITIONS = ["p", "q"];
const SORT_KEYS = ["a", "a#1", "a#2", "b", "é", "\uE000", "👋"];

const anyPlace: fc.Arbitrary<Place> = fc.record({
  pk: fc.constantFrom(...PARTITIONS),
  sk: fc.constantFrom(...SORT_KEYS),
});
const anyNumber = fc.integer({ min: -1_000, max: 1_000 });
const anyName = fc.constantFrom("n", "m", "2026-03-31/amount/EUR", "size", "ü");
const anyScalar = fc.oneof(anyNumber, fc.string({ unit: "grapheme", maxLength: 8 }));
const { value: anyValue } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    anyScalar,
    fc.boolean(),
    fc.constant(null),
    fc.integer().map((thousandths) => thousandths / 1_000),
    fc.integer({ min: 900, max: 2_200 }).map((length) => "é".repeat(length)),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(anyName, tie("value"), { maxKeys: 3 }),
  ),
}));
const anyAttributes = fc
  .dictionary(anyName, anyValue, { maxKeys: 4 })
  // The local DynamoDB lets a transaction add inside a null, which the real one refuses.
  .map(({ m, ...others }) => (m === undefined || m === null ? others : { ...others, m }));
const anyListing = fc.oneof(
  fc.constant({}),
  fc.record({ lpk: fc.constantFrom(...PARTITIONS), lsk: fc.constantFrom("1", "2", "2#a", "3") }),
);
const anyItem: fc.Arbitrary<Item> = fc
  .tuple(anyPlace, anyListing, anyAttributes)
  // The order of entries with the same key is not defined, so that each has its own.
  .map(([place, listing, attributes]) => ({ ...attributes, ...place, ...unique(listing, place) }));

const anyCondition: fc.Arbitrary<Condition> = fc.oneof(
  fc.constant({ absent: true as const }),
  fc.record({ equals: fc.dictionary(anyName, anyScalar, { maxKeys: 2 }) }),
  fc.record({ absentOrEquals: fc.dictionary(anyName, anyScalar, { maxKeys: 2 }) }),
  fc.record({ absentOrAtMost: fc.dictionary(anyName, anyNumber, { maxKeys: 2 }) }),
);
const maybe = fc.oneof(fc.constant({}), fc.record({ when: anyCondition }));
const anyAddition = fc.dictionary(
  fc.oneof(
    anyName,
    anyName.map((name) => `m.${name}`),
  ),
  anyNumber,
  { maxKeys: 3 },
);

const anyWrite: fc.Arbitrary<Write> = fc.oneof(
  fc.tuple(anyItem, maybe).map(([put, when]) => ({ put, ...when })),
  fc.tuple(anyPlace, maybe).map(([remove, when]) => ({ remove, ...when })),
  fc.tuple(anyPlace, anyCondition).map(([check, when]) => ({ check, when })),
  fc.tuple(anyPlace, anyAddition, anyAttributes, anyListing, maybe).map(([update, add, set, listing, when]) => ({
    update,
    add,
    set: { ...set, ...unique(listing, update) },
    ...when,
  })),
  fc.tuple(anyPlace, anyAddition, maybe).map(([update, add, when]) => ({ update, add, ...when })),
);

const anyQuery: fc.Arbitrary<Query> = fc
  .record(
    {
      pk: fc.constantFrom(...PARTITIONS),
      begins: fc.constantFrom("a", "a#", "2", "2#", "é", "👋", "x", ""),
      after: fc.constantFrom(...SORT_KEYS, "", "a#15", "2", "2#a@p", "zz"),
      limit: fc.integer({ min: 0, max: 5 }),
      newestFirst: fc.boolean(),
      index: fc.constant("list" as const),
    },
    { requiredKeys: ["pk"] },
  )
  .map((query) => query as Query);

const anyItems = fc.uniqueArray(anyItem, { maxLength: 5, selector: ({ pk, sk }) => `${pk}${sk}` });

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: anyWrite.map((write) => ({ write })) },
  { weight: 3, arbitrary: fc.array(anyWrite, { maxLength: 6 }).map((transact) => ({ transact })) },
  { weight: 2, arbitrary: anyItems.map((insert) => ({ insert })) },
  { weight: 1, arbitrary: fc.array(anyPlace, { maxLength: 5 }).map((get) => ({ get })) },
  { weight: 2, arbitrary: anyQuery.map((query) => ({ query })) },
);

function unique(listing: { lpk?: string; lsk?: string }, { pk, sk }: Place): Record<string, string> {
  const { lpk, lsk } = listing;
  return lpk === undefined || lsk === undefined ? {} : { lpk, lsk: `${lsk}@${pk}${sk}` };
}

/** Gives each run a table of its own within the one table. */
function inProgram(step: Step, program: string): Step {
  const text = JSON.stringify(step, (name, value: unknown) =>
    (name === "pk" || name === "lpk") && typeof value === "string" ? program + value : value,
  );
  return JSON.parse(text) as Step;
}
