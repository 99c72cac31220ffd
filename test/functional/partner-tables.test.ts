import fc from "fast-check";
import { expect, test } from "vitest";
import { csvAnswer } from "../../shared/api/partners/csv-answer.ts";
import { aroundAll } from "../../shared/partners/around-all.ts";
import { partnerTables, type PartnerTableName } from "../../shared/partners/partner-tables.ts";
import { minorDigits } from "../../shared/records/currency.ts";
import { keyColumn } from "../../shared/partners/table-column.ts";
import { customer } from "../../shared/records/customer.ts";
import type { BaseRecord } from "../../shared/records/record.ts";
import { transaction } from "../../shared/records/transaction.ts";
import { createWorld } from "./api-world.ts";
import { aCustomer, aTransaction } from "./ledger-records.ts";
import { putRecords, someRecords } from "./partner-records.ts";

type Row = Readonly<Record<string, unknown>>;

const NAMES = Object.keys(partnerTables) as PartnerTableName[];

/** Every row has it: a digit of the instant that it was made. */
const ANYTHING = "2026-0";

const CURRENCY_OF: Readonly<Record<string, string>> = { reward_amount: "reward_currency" };

const keyOf = (row: Row | undefined): string => (typeof row?.["key"] === "string" ? row["key"] : "");

/** What a reader who knows nothing of the code sorts by. */
function plainRank(row: Row, column: string): string | number | null {
  const value = row[column];
  if (typeof value === "string") return value.normalize("NFKC").toLowerCase();
  if (typeof value !== "number") return null;
  const currency = row[(column in CURRENCY_OF && "reward_currency" in row && CURRENCY_OF[column]) || "currency"];
  return column.endsWith("amount") ? value / 10 ** minorDigits(String(currency)) : value;
}

function plainCompare(one: Row, other: Row, column: string): number {
  const [a, b] = [plainRank(one, column), plainRank(other, column)];
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
}

test("however a table is read, it is the same table", async () => {
  await fc.assert(
    fc.asyncProperty(
      someRecords,
      fc.constantFrom(...NAMES),
      fc.nat(4),
      fc.boolean(),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom("zo", "AL", "1", "0.0", "open", "-", "zzz", "c1@C.example"),
      async (some, name, at, descends, limit, text) => {
        const world = createWorld();
        const { basic: authorization } = await world.start();
        await putRecords(world, some);
        const table = partnerTables[name];
        const get = (query: Record<string, string>) =>
          world.call("GET", `/api/v2/partners/ada/${name}`, { authorization, query });
        const itemsOf = async (query: Record<string, string>): Promise<Row[]> => {
          const { json, status } = await get({ limit: "250", ...query });
          expect(status).toBe(200);
          return (json as { data: { items: Row[] } }).data.items;
        };
        const inPages = async (query: Record<string, string>, cursor: "starting_after" | "ending_before") => {
          const rows: Row[] = [];
          for (;;) {
            const last = keyOf(cursor === "starting_after" ? rows.at(-1) : rows[0]);
            const page = await itemsOf({ ...query, limit: String(limit), ...(last !== "" && { [cursor]: last }) });
            if (page.length === 0) return rows;
            if (cursor === "starting_after") rows.push(...page);
            else rows.unshift(...page);
          }
        };

        // By the index a page at a time, and by all records at once.
        const listed = await itemsOf({});
        expect(await inPages({}, "starting_after")).toEqual(listed);
        expect(await itemsOf({ search: ANYTHING })).toEqual(listed);
        expect(await itemsOf({ order_by: "created_at" })).toEqual(listed.toReversed());
        expect(await itemsOf({ order_by: "created_at", search: ANYTHING })).toEqual(listed.toReversed());

        const columns = Object.keys(table.columns);
        const column = columns[at % columns.length] ?? "";
        const oldestFirst = listed.toReversed();
        const ascending = oldestFirst.toSorted((one, other) => plainCompare(one, other, column));
        const sorted = descends ? ascending.toReversed() : ascending;
        const order_by = `${descends ? "-" : ""}${column}`;
        expect(await inPages({ order_by }, "starting_after")).toEqual(sorted);
        const last = sorted.at(-1);
        if (last !== undefined) {
          const before = await itemsOf({ order_by, ending_before: String(last["key"]), limit: String(limit) });
          expect(before).toEqual(sorted.slice(0, -1).slice(-limit));
        }

        // A search has what a file has the text in, column by column.
        const csv = (await get({ format: "csv", order_by })).text.trim().split("\r\n").slice(1);
        expect(csv).toHaveLength(sorted.length);
        const wanted = text.normalize("NFKC").toLowerCase();
        const isIn = (row: Row, only?: string) =>
          columns
            .filter((one) => only === undefined || one === only)
            .some((one) => plainText(row, one, table.created).toLowerCase().includes(wanted));
        expect(await inPages({ order_by, search: text }, "starting_after")).toEqual(sorted.filter((row) => isIn(row)));
        expect(await itemsOf({ order_by, [`search_${column}`]: text })).toEqual(
          sorted.filter((row) => isIn(row, column)),
        );
      },
    ),
    { numRuns: 150, seed: 5 },
  );
}, 120_000);

/** What stands in a column, as people read it. */
function plainText(row: Row, column: string, created: string): string {
  const value = row[column];
  if (column === created) return new Date(Number(value)).toISOString().replace("T", " ").slice(0, 19);
  if (column.endsWith("amount")) {
    if (value === null || value === undefined) return "";
    const currency = String((column === "reward_amount" && row["reward_currency"]) || row["currency"]);
    return (Number(value) / 10 ** minorDigits(currency)).toFixed(minorDigits(currency));
  }
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? value.normalize("NFKC") : "";
}

test("a partner with more records than can be sorted at once is refused, and told of the export", async () => {
  const world = createWorld();
  const { program } = await world.start();
  for (let index = 0; index < 5; index++) {
    const [key, email] = [`cus_${index}`, `${index}@c.example`];
    await world.put(customer, aCustomer({ key, customer_key: key, email }));
    await world.put(transaction, aTransaction({ key: `t${index}`, customer_key: key }));
  }
  const owner = { shows: program, partnership: "part_a" };
  for (const name of ["customers", "transactions", "subscriptions"] as const) {
    const read = (most: number) => aroundAll<BaseRecord, never>(world.ledger, owner, partnerTables[name], most);
    await expect(read(4)).rejects.toThrow(/more than 4 records.*export/);
    expect((await read(10)).records).toHaveLength(5);
  }
});

test("a file that is larger than an answer is refused, and told of the export", async () => {
  const columns = { name: keyColumn("A name", (row: string) => row) };
  expect((await csvAnswer(columns, ["Ada", '"', "=1"], 40)).body).toBe('name\r\nAda\r\n""""\r\n\'=1\r\n');
  await expect(csvAnswer(columns, ["Ada", "x".repeat(40)], 40)).rejects.toMatchObject({ refusal: "too_large" });
});
