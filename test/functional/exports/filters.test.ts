import { beforeAll, describe, expect, test } from "vitest";
import type { ExportFilters } from "../../../shared/records/export-job.ts";
import { makeProgram } from "./a-program.ts";
import { createExportWorld, type ExportWorld } from "./export-world.ts";
import { column, FILES, type ReadBundle, type Row } from "./read-bundle.ts";

describe("an export of some partners", () => {
  let world: ExportWorld;
  let whole: ReadBundle;
  beforeAll(async () => {
    world = createExportWorld();
    await makeProgram(world);
    for (const at of [0, 1, 2, 3, 4, 5]) {
      await world.lead(`lead_${at}`, `part_${at}`, { customer_key: `cus_${at * 3}` });
      await world.deal(`deal_${at}`, `part_${at}`);
    }
    whole = await world.exported();
  });

  const joined = (row: Row): number => Date.parse(`${row["partner_program_join_date"]?.replace(" ", "T")}Z`);
  const middle = () => joined(whole.partners.find((row) => row["partner_id"] === "part_6") ?? {});

  test.each<[string, () => Partial<ExportFilters>, (row: Row) => boolean]>([
    [
      "of a tag, in any case",
      () => ({ tag: "GOLD" }),
      (row) => (row["partner_tags"] ?? "").split("|").includes("gold"),
    ],
    [
      "of a manager, in any case",
      () => ({ manager: "Manager1@acme.example" }),
      (row) => row["partner_manager"] === "manager1@acme.example",
    ],
    ["who are archived", () => ({ archived: true }), (row) => row["archived_status"] === "true"],
    ["who are not", () => ({ archived: false }), (row) => row["archived_status"] === "false"],
    ["who joined then or later", () => ({ joined_from: middle() }), (row) => joined(row) >= middle()],
    ["who joined then or earlier", () => ({ joined_to: middle() }), (row) => joined(row) <= middle()],
    [
      "of a list",
      () => ({ partnership_keys: ["part_7", "part_1", "part_nobody"] }),
      (row) => ["part_1", "part_7"].includes(row["partner_id"] ?? ""),
    ],
    [
      "of several at once",
      () => ({ tag: "gold", archived: false, joined_to: middle() }),
      (row) =>
        (row["partner_tags"] ?? "").includes("gold") && row["archived_status"] === "false" && joined(row) <= middle(),
    ],
  ])("%s, holds them and what is theirs, as it is in the whole bundle", async (_, filters, isWanted) => {
    const bundle = await world.exported(filters());
    const wanted = whole.partners.filter(isWanted);
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.length).toBeLessThan(whole.partners.length);
    const ids = new Set(column(wanted, "partner_id"));
    for (const file of FILES) {
      const theirs = whole[file].filter((row) => ids.has(row["partner_id"] ?? ""));
      expect(sorted(bundle[file]), file).toEqual(sorted(theirs));
    }
    expect(bundle.manifest.filters).toMatchObject(filters());
  });

  test("that nobody meets has seven files without rows", async () => {
    const bundle = await world.exported({ tag: "nobody has it" });
    for (const file of FILES) expect(bundle[file], file).toEqual([]);
  });

  test("reads no more of the program than these, when they are listed", async () => {
    const before = world.table.units.read;
    await world.exported({ partnership_keys: ["part_11"] });
    expect(world.table.units.read - before).toBeLessThan(12);
  });
});

const sorted = (rows: readonly Row[]): string[] => rows.map((row) => JSON.stringify(row)).toSorted();

test("in a timeframe, the date that each file shows decides", async () => {
  const world = createExportWorld();
  world.clock.set("2026-01-01T00:00:00Z");
  await world.program();
  const [early, late] = [Date.UTC(2026, 0, 10), Date.UTC(2026, 0, 20)];
  for (const [name, at] of [
    ["early", early],
    ["late", late],
  ] as const) {
    world.clock.set(new Date(at).toISOString());
    await world.partner(`part_${name}`);
    const buyer = await world.customer(`cus_${name}`, `part_${name}`);
    await world.transaction(`trx_${name}`, buyer);
    await world.reward(`rwrd_${name}`, `part_${name}`);
    await world.lead(`lead_${name}`, `part_${name}`);
    await world.deal(`deal_${name}`, `part_${name}`);
  }
  const bundle = await world.exported({ all_time: false, from: Date.UTC(2026, 0, 15), to: null });
  expect(column(bundle.applications, "partner_id")).toEqual(["part_late"]);
  expect(column(bundle.customers, "customer_ps_key")).toEqual(["cus_late"]);
  expect(column(bundle.transactions, "transaction_key")).toEqual(["trx_late"]);
  expect(column(bundle.rewards, "reward_key")).toEqual(["rwrd_late"]);
  expect(column(bundle.leads, "lead_email")).toEqual(["lead_late@leads.example"]);
  expect(column(bundle.deals, "deal_account_name")).toEqual(["Account deal_late"]);
  // All partners, as rows of any time lead to them; what they add up is of the time alone.
  const totals = bundle.partners.map((row) => [
    row["partner_id"],
    row["total_number_of_customers"],
    row["total_sum_of_rewards"],
  ]);
  expect(new Map(totals.map(([id, ...sums]) => [id, sums]))).toEqual(
    new Map([
      ["part_early", ["0", "0.00"]],
      ["part_late", ["1", "1.00"]],
    ]),
  );
});

test("beside a row of the timeframe, payments of all time are counted, and rewards of that time are named", async () => {
  const world = createExportWorld();
  world.clock.set("2026-01-10T00:00:00Z");
  await world.program();
  await world.partner("part_1");
  const buyer = await world.customer("cus_1", "part_1");
  await world.transaction("trx_1", buyer);
  const earned = { customer_key: buyer.key, transaction_key: "trx_1" };
  await world.reward("rwrd_in_time", "part_1", earned);
  world.clock.set("2026-01-20T00:00:00Z");
  await world.reward("rwrd_late", "part_1", earned);
  await world.transaction("trx_late", buyer);
  const bundle = await world.exported({ all_time: false, from: null, to: Date.UTC(2026, 0, 15) });
  expect(bundle.customers).toMatchObject([{ number_of_transactions_for_customer: "2" }]);
  expect(bundle.transactions).toMatchObject([{ transaction_key: "trx_1", reward_key: "rwrd_in_time" }]);
  expect(bundle.partners).toMatchObject([{ total_number_of_transactions: "1" }]);
});
