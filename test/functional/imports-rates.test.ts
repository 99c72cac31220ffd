import { beforeEach, expect, test } from "vitest";
import type { Principal } from "../../shared/access/principal.ts";
import { undoImport } from "../../shared/imports/undo-import.ts";
import { undoneReader } from "../../shared/imports/undone-rows.ts";
import { importJob } from "../../shared/records/import-job.ts";
import { program, programPlace } from "../../shared/records/program.ts";
import { createImportWorld, type ImportWorld, lines, short, shuffled } from "./imports-harness.ts";

const OWNER: Principal = { program: "acme", kind: "teammate", id: "owner@acme.example", permissions: [], test: false };

let world: ImportWorld;

beforeEach(async () => {
  world = await createImportWorld({ program: { rates: { EUR: "1.1", GBP: "1.25" } }, partRows: 3 });
});

async function rates() {
  const [stored] = await world.ledger.read(program, [programPlace("acme")]);
  return stored?.record.rates;
}

const FILE = lines("Currency,Rate", "eur,1.2", "CHF,1.12", "GBP,1.25", "USD,1", "JPY,0.0067");

test("rows set their rates, and leave the others", async () => {
  const dropped = await world.drop("rates", FILE);
  expect(short(dropped)).toEqual(["updated", "updated", "unchanged", "unchanged", "updated"]);
  expect(dropped.outcomes.map(({ key }) => key)).toEqual(["EUR", "CHF", "GBP", "USD", "JPY"]);
  expect(await rates()).toEqual({ EUR: "1.2", CHF: "1.12", GBP: "1.25", JPY: "0.0067", USD: "1" });
  expect(short(await world.drop("rates", FILE))).toEqual(Array(5).fill("unchanged"));
});

test("of a currency that comes twice, the later row wins, in whatever order its parts come, and come again", async () => {
  const body = lines(
    "currency,rate",
    ...Array.from({ length: 20 }, (_, at) => `${["EUR", "CHF", "GBP"][at % 3]},1.${at + 1}`),
  );
  for (let seed = 1; seed <= 5; seed++) {
    world = await createImportWorld({ partRows: 3 });
    const { job } = await world.drop("rates", body, { deliveries: shuffled(seed) });
    expect(job).toMatchObject({ status: "completed", rows: { total: 20, processed: 20, updated: 20, failed: 0 } });
    expect(await rates()).toMatchObject({ EUR: "1.19", CHF: "1.20", GBP: "1.18" });
  }
});

test.each([
  ["XYZ,1", "currency", "bad_currency"],
  ["EUR,0", "rate", "bad_rate"],
  ["EUR,-1.5", "rate", "bad_rate"],
  ["EUR,about one", "rate", "bad_number"],
  ["EUR,1.0000000000001", "rate", "bad_rate"],
  ["USD,1.1", "rate", "bad_rate"],
  ["EUR,", "rate", "required"],
])("%s fails, is in the error file, and stops no other", async (row, column, code) => {
  const dropped = await world.drop("rates", lines("currency,rate", row, "CHF,2"));
  expect(short(dropped)[1]).toBe("updated");
  expect(dropped.outcomes[0]).toMatchObject({ outcome: "failed", column, code: expect.stringContaining(code) });
  expect(dropped.errors).toContain(row);
  expect(await rates()).toMatchObject({ EUR: "1.1", CHF: "2" });
});

test("a header without rates is refused", async () => {
  expect((await world.drop("rates", lines("currency", "EUR"))).job).toMatchObject({ status: "failed" });
});

test("a dry run says what would be, and changes nothing", async () => {
  const { job } = await world.drop("rates", FILE, { folder: "dry-run/" });
  expect(job.rows).toMatchObject({ updated: 3, unchanged: 2 });
  expect(await rates()).toEqual({ EUR: "1.1", GBP: "1.25", USD: "1" });
});

test("with all_or_nothing, a bad row leaves the table as it is", async () => {
  const metadata = { "error-policy": "all_or_nothing" };
  const { job } = await world.drop("rates", `${FILE}XYZ,1\n`, { metadata });
  expect(job).toMatchObject({ status: "failed", reason_code: "rows_failed" });
  expect(await rates()).toEqual({ EUR: "1.1", GBP: "1.25", USD: "1" });
});

test("undone, it says that rates stay", async () => {
  const { job } = await world.drop("rates", FILE);
  const [stored] = await world.ledger.read(importJob, [importJob.place(job)]);
  if (stored === undefined) throw new Error("no job");
  await undoImport({ ...world, ledger: world.ledger, imports: world.ports.imports }, OWNER, stored.record);
  await world.drain();
  const page = await undoneReader(world.uploads)(job, { after: 0, limit: 10 });
  expect(page?.items.map(({ result, code }) => [result, code])).toEqual(
    Array.from({ length: 3 }, () => ["not_reversible", "rates_stay"]),
  );
  expect(await rates()).toMatchObject({ EUR: "1.2" });
});

test("new rates hold for files behind it, and change nothing that is recorded", async () => {
  await world.drop("partners", lines("partner_first,partner_last,partner_email,partner_key", "Ada,Lee,ada@x.io,ada"));
  await world.drop("customers", lines("customer_key,email,partner_key", "u1,u1@x.io,ada"));
  const paid = (key: string) => lines("key,customer_key,amount_in_cents,currency", `${key},u1,1000,EUR`);
  await world.drop("transactions", paid("inv_1"));
  await world.drop("rates", FILE);
  await world.drop("transactions", paid("inv_2"));
  expect((await world.find("transaction", "key", "inv_1"))?.amount_usd).toBe(1100);
  expect((await world.find("transaction", "key", "inv_2"))?.amount_usd).toBe(1200);
});
