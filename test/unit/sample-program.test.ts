import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { generateSample } from "../../infra/local/sample/generate.ts";

type Row = Readonly<Record<string, string>>;

const FOLDER = new URL("../../infra/local/sample/", import.meta.url);
const NAMES = ["program.json", "partners.csv", "customers.csv", "transactions.csv", "rewards.csv"];

const text = (name: string): string => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes(name));
const bytes = (name: string): Buffer => readFileSync(new URL(name, FOLDER));
const rows = (name: string): Row[] => parse<Row>(text(name), { columns: true });
const column = (table: readonly Row[], name: string): string[] => table.map((row) => row[name] ?? "");
const by = (table: readonly Row[], name: string): Map<string, Row> =>
  new Map(table.map((row) => [row[name] ?? "", row]));
const tally = (values: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
};
const duplicates = (values: readonly string[]): string[] =>
  [...tally(values.map((value) => value.toLowerCase()))].filter(([, count]) => count > 1).map(([value]) => value);

/** Two-digit scale for every currency, in integers, so that sums are exact. */
const hundredths = (amount: string): bigint => {
  const [whole = "", fraction = ""] = amount.split(".");
  return BigInt(whole + fraction.padEnd(2, "0"));
};

describe("the sample program", () => {
  const program: { groups: { name: string; slug: string; default: boolean }[]; rates: Record<string, string> } =
    JSON.parse(text("program.json"));
  const partners = rows("partners.csv");
  const customers = rows("customers.csv");
  const transactions = rows("transactions.csv");
  const rewards = rows("rewards.csv");
  const partnerOf = by(partners, "partner_key");
  const customerOf = by(customers, "customer_key");
  const transactionOf = by(transactions, "key");

  it("is what the generator makes, byte for byte, however often it runs", () => {
    const made = generateSample();
    expect(Object.keys(made).sort()).toEqual(NAMES.toSorted());
    expect(generateSample()).toEqual(made);
    for (const [name, content] of Object.entries(made)) {
      expect(bytes(name).equals(Buffer.from(content, "utf8")), name).toBe(true);
    }
  });

  it("has the promised numbers of rows", () => {
    expect([partners, customers, transactions, rewards].map((table) => table.length)).toEqual([200, 2000, 12000, 1500]);
    expect(program.groups.filter((group) => group.default)).toHaveLength(1);
    expect(Object.keys(program.rates)).toEqual(["USD", "EUR", "GBP", "JPY", "BRL"]);
  });

  it("ends lines with LF, and with CRLF in customers.csv, without a byte order mark", () => {
    for (const name of NAMES) expect(text(name).startsWith("\u{feff}"), name).toBe(false);
    for (const name of ["partners.csv", "transactions.csv", "rewards.csv"])
      expect(text(name), name).not.toContain("\r");
    expect(text("customers.csv").split("\r\n")).toHaveLength(2000 + 2);
    expect(column(customers, "company_name").filter((name) => name.includes("\n")).length).toBeGreaterThan(20);
    expect(column(customers, "company_name").join("")).not.toContain("\r");
  });

  it("names every record once", () => {
    expect(duplicates(column(partners, "partner_key"))).toEqual([]);
    expect(duplicates(column(partners, "partner_email"))).toEqual([]);
    expect(duplicates(column(customers, "customer_key"))).toEqual([]);
    expect(duplicates(column(customers, "email"))).toEqual([]);
    expect(duplicates(column(customers, "provider_key").filter(Boolean))).toEqual([]);
    expect(duplicates(column(transactions, "key"))).toEqual([]);
    expect(duplicates(column(rewards, "target_key").filter(Boolean))).toEqual([]);
    expect(duplicates(rewards.map((row) => JSON.stringify(row)))).toEqual([]);
  });

  it("holds addresses at reserved domains only", () => {
    const managers = column(partners, "partner_manager").filter(Boolean);
    for (const email of [...column(partners, "partner_email"), ...column(customers, "email"), ...managers]) {
      expect(email).toMatch(/^[a-z0-9]+([.-][a-z0-9]+)*@[a-z0-9]+(-[a-z0-9]+)*\.example$/i);
    }
    expect(new Set(managers).size).toBe(4);
  });

  it("refers to nothing that is not there, and to nothing later", () => {
    const groups = program.groups.map((group) => group.name);
    for (const partner of partners) expect(groups).toContain(partner["partner_group"]);
    for (const customer of customers) {
      const joined = partnerOf.get(customer["partner_key"] ?? "")?.["partner_joined_date"];
      expect(instant(customer["created_at"]), customer["customer_key"]).toBeGreaterThanOrEqual(instant(joined));
    }
    for (const transaction of transactions) {
      const since = customerOf.get(transaction["customer_key"] ?? "")?.["created_at"];
      expect(instant(transaction["created_at"]), transaction["key"]).toBeGreaterThanOrEqual(instant(since));
    }
    for (const reward of rewards) {
      const { target_type, target_key = "", partner_key = "", created_at } = reward;
      expect(instant(created_at)).toBeGreaterThanOrEqual(instant(partnerOf.get(partner_key)?.["partner_joined_date"]));
      if (target_type === "") {
        expect(target_key).toBe("");
        continue;
      }
      const target = target_type === "transaction" ? transactionOf.get(target_key) : customerOf.get(target_key);
      expect(customerOf.get(target?.["customer_key"] ?? "")?.["partner_key"], target_key).toBe(partner_key);
      expect(instant(created_at), target_key).toBeGreaterThanOrEqual(instant(target?.["created_at"]));
    }
  });

  it("is sorted as a billing export is and ends with June 2026", () => {
    const billed = column(transactions, "created_at");
    expect(billed).toEqual(billed.toSorted());
    const all = [...billed, ...column(customers, "created_at"), ...column(rewards, "created_at")];
    expect(Math.max(...all.map(instant))).toBeLessThanOrEqual(instant("2026-06-30 23:59"));
  });

  it("adds up to something in every currency", () => {
    const sums = new Map<string, bigint>();
    for (const { currency = "", amount_in_dollars = "" } of transactions) {
      expect(amount_in_dollars).toMatch(currency === "JPY" ? /^-?[1-9]\d*$/ : /^-?\d+(\.\d{1,2})?$/);
      sums.set(currency, (sums.get(currency) ?? 0n) + hundredths(amount_in_dollars));
    }
    expect([...sums.keys()].sort()).toEqual(Object.keys(program.rates).sort());
    for (const [currency, sum] of sums) expect(sum > 0n, currency).toBe(true);

    const refunds = column(transactions, "amount_in_dollars").filter((amount) => amount.startsWith("-")).length;
    expect(refunds).toBeGreaterThan(200);
    expect(refunds).toBeLessThan(600);
    for (const cents of column(rewards, "amount_in_cents")) expect(cents).toMatch(/^[1-9]\d*$/);
  });

  it("names the subscriptions of its last months, one of each customer, with plan and seats", () => {
    const paid = transactions.filter((row) => row["subscription_key"] !== "");
    expect(paid.length).toBeGreaterThan(1000);
    const customersOf = Map.groupBy(paid, (row) => row["subscription_key"] ?? "");
    expect([...customersOf.values()].filter((all) => new Set(column(all, "customer_key")).size > 1)).toEqual([]);
    expect(customersOf.size).toBe(new Set(column(paid, "customer_key")).size);
    for (const row of paid) {
      expect(instant(row["created_at"])).toBeGreaterThanOrEqual(instant("2026-04-01"));
      expect(row["subscription_plan"], row["key"]).toMatch(/^(Starter|Team|Business|Enterprise), (monthly|annual)$/);
      expect(row["subscription_quantity"], row["key"]).toMatch(/^[1-9]\d*$/);
    }
  });

  it("has the shape of a real program", () => {
    const portfolios = [...tally(column(customers, "partner_key")).values()];
    expect(portfolios.filter((size) => size >= 150)).toHaveLength(3);
    expect(200 - portfolios.filter((size) => size > 5).length).toBeGreaterThan(100);
    expect(customers.length - new Set(column(transactions, "customer_key")).size).toBeGreaterThan(200);
    expect([...tally(column(rewards, "target_type")).keys()].sort()).toEqual(["", "customer", "transaction"]);
    expect([...tally(column(rewards, "status")).keys()].sort()).toEqual([
      "approved",
      "declined",
      "hold",
      "paid",
      "pending",
    ]);
    const external = rewards.filter((row) => row["is_external"] === "true");
    expect(new Set(column(external, "status"))).toEqual(new Set(["paid"]));
  });

  it("is written in several scripts, with the characters that CSV must quote", () => {
    const names = customers.map((row) => `${row["name"]} ${row["company_name"]}`);
    for (const script of ["Cyrillic", "Greek", "Arabic", "Hebrew", "Devanagari", "Han", "Hangul", "Hiragana"]) {
      const letters = new RegExp(`\\p{Script=${script}}`, "u");
      expect(names.filter((name) => letters.test(name)).length, script).toBeGreaterThan(5);
    }
    for (const part of [",", '"', "\n", "é", "ß"]) expect(names.join(" "), part).toContain(part);
    expect(column(rewards, "reward_description").join(" ")).toContain('"');
    expect(column(customers, "name")).toContain("");
  });

  it("starts no field like a formula, but for refunds and three companies that are called so", () => {
    const fields = [...partners, ...customers, ...transactions, ...rewards].flatMap((row) => Object.values(row));
    const suspicious = fields.filter((field) => /^[=+\-@\t\r]/.test(field) && !/^-\d+(\.\d+)?$/.test(field));
    expect(suspicious).toEqual(["+Plus Partners", "@home Media", "-40 Outfitters"]);
  });
});

function instant(time: string | undefined): number {
  expect(time).toMatch(/^\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?$/);
  const [day, clock = "00:00"] = (time ?? "").split(" ");
  return Date.parse(`${day}T${clock}Z`);
}
