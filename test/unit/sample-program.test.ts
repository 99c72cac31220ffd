import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { generateSample } from "../../infra/local/sample/generate.ts";

type Row = Readonly<Record<string, string>>;

const FOLDER = new URL("../../infra/local/sample/", import.meta.url);
const NAMES = [
  "program.json",
  "partners.csv",
  "customers.csv",
  "transactions.csv",
  "rewards.csv",
  "leads.csv",
  "deals.csv",
];

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
  const leads = rows("leads.csv");
  const deals = rows("deals.csv");
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
    const tables = [partners, customers, transactions, rewards, leads, deals];
    expect(tables.map((table) => table.length)).toEqual([200, 2000, 12000, 1500, 340, 240]);
    expect(program.groups.filter((group) => group.default)).toHaveLength(1);
    expect(Object.keys(program.rates)).toEqual(["USD", "EUR", "GBP", "JPY", "BRL"]);
  });

  it("ends lines with LF, and with CRLF in customers.csv, without a byte order mark", () => {
    for (const name of NAMES) expect(text(name).startsWith("\u{feff}"), name).toBe(false);
    for (const name of NAMES.filter((one) => one !== "customers.csv")) expect(text(name), name).not.toContain("\r");
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
    for (const table of [leads, deals]) {
      expect(duplicates(column(table, "external_key"))).toEqual([]);
      expect(duplicates(column(table, "customer_key").filter(Boolean))).toEqual([]);
    }
    expect(duplicates(column(leads, "email"))).toEqual([]);
  });

  it("holds addresses at reserved domains only", () => {
    const managers = column(partners, "partner_manager").filter(Boolean);
    const others = [customers, leads, deals].flatMap((table) => column(table, "email"));
    for (const email of [...column(partners, "partner_email"), ...others, ...managers]) {
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
    for (const { external_key, partner_key = "", customer_key = "", created_at } of [...leads, ...deals]) {
      const joined = partnerOf.get(partner_key)?.["partner_joined_date"];
      expect(instant(created_at), external_key).toBeGreaterThanOrEqual(instant(joined));
      if (customer_key === "") continue;
      const became = customerOf.get(customer_key);
      expect(became?.["partner_key"], external_key).toBe(partner_key);
      expect(instant(became?.["created_at"]), external_key).toBeGreaterThan(instant(created_at));
    }
  });

  it("has leads and deals of every kind, some of which became customers", () => {
    const tallied = (table: readonly Row[], name: string) => tally(column(table, name));
    expect([...tallied(leads, "status").keys()].sort()).toEqual([
      "closed",
      "closed lost",
      "closed won",
      "dead",
      "open",
    ]);
    expect([...tallied(deals, "stage").keys()].sort()).toEqual(["Closed lost", "Closed won", "Negotiating", "Working"]);
    for (const [table, name, won] of [
      [leads, "status", "closed won"],
      [deals, "stage", "Closed won"],
    ] as const) {
      for (const row of table) expect(row["customer_key"] !== "", row["external_key"]).toBe(row[name] === won);
      expect(tallied(table, name).get(won)).toBeGreaterThan(100);
      expect([...tallied(table, "currency").keys()].sort()).toEqual(Object.keys(program.rates).sort());
    }
    const declined = leads.filter((row) => row["approved"] === "false");
    expect(declined.length).toBeGreaterThan(10);
    for (const row of leads) expect(row["decline_reason"] !== "").toBe(row["approved"] === "false");
    for (const row of deals) expect(row["lost_reason"] !== "").toBe(row["stage"] === "Closed lost");
    expect(deals.filter((row) => row["seats"] !== "").length).toBeGreaterThan(100);
  });

  it("asks partners what they agree to and what they do", () => {
    expect([...tally(column(partners, "agreement")).keys()].sort()).toEqual(["", "no", "yes"]);
    expect(new Set(column(partners, "business_description")).size).toBeGreaterThan(20);
  });

  it("is sorted as a billing export is and ends with June 2026", () => {
    const billed = column(transactions, "created_at");
    expect(billed).toEqual(billed.toSorted());
    const others = [customers, rewards, leads, deals].flatMap((table) => column(table, "created_at"));
    const all = [...billed, ...others];
    expect(column(leads, "created_at")).toEqual(column(leads, "created_at").toSorted());
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
    const fields = [...partners, ...customers, ...transactions, ...rewards, ...leads, ...deals].flatMap((row) =>
      Object.values(row),
    );
    const suspicious = fields.filter((field) => /^[=+\-@\t\r]/.test(field) && !/^-\d+(\.\d+)?$/.test(field));
    expect(suspicious).toEqual(["+Plus Partners", "@home Media", "-40 Outfitters"]);
  });
});

function instant(time: string | undefined): number {
  expect(time).toMatch(/^\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?$/);
  const [day, clock = "00:00"] = (time ?? "").split(" ");
  return Date.parse(`${day}T${clock}Z`);
}
