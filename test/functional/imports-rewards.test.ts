import { beforeEach, expect, test } from "vitest";
import { loadSetup } from "../../shared/imports/program-setup.ts";
import { rewardRows } from "../../shared/imports/reward-rows.ts";
import { markOf } from "../../shared/imports/row-rule.ts";
import { reward } from "../../shared/records/reward.ts";
import { createImportWorld, foldOf, type ImportWorld, lines, randomFrom, short, shuffled } from "./imports-harness.ts";

const ALL =
  "partner_key,target_type,target_key,amount_in_cents,reward_description,reward_currency,is_external,status,created_at";
const REQUIRED = "partner_key,amount_in_cents,reward_description";

let world: ImportWorld;
let ada: string;
let customerKey: string;

beforeEach(async () => {
  world = await createImportWorld();
  await world.drop(
    "partners",
    lines("partner_first,partner_last,partner_email,partner_key", "Ada,L,ada@x.io,ada", "Bo,N,bo@x.io,bo"),
  );
  await world.drop(
    "customers",
    lines("customer_key,email,partner_key", "u1,u1@x.io,ada", "u2,u2@x.io,bo", "u3,u3@x.io,"),
  );
  await world.drop("transactions", lines("key,customer_key,amount_in_cents", "t1,u1,1000", "t2,u2,2000", "u1,u2,1"));
  ada = (await world.find("partnership", "partner_key", "ada"))?.key ?? "";
  customerKey = (await world.find("customer", "customer_key", "u1"))?.key ?? "";
});

const rewards = () => world.stored(reward);

test("makes a reward of every field, and sums it up by status on its day", async () => {
  const dropped = await world.drop("rewards", lines(ALL, "ada,transaction,t1,2500,Q1 bonus,EUR,true,Paid,2026-01-31"));
  expect(short(dropped)).toEqual(["created"]);
  expect(rewards()).toEqual([
    {
      test: null,
      program: "acme",
      key: expect.stringMatching(/^rwrd_\w{26}$/),
      partnership_key: ada,
      amount: 2500,
      currency: "EUR",
      amount_usd: 2711,
      description: "Q1 bonus",
      reward_status: "paid",
      decline_reason: null,
      source: "import",
      is_external: true,
      customer_key: customerKey,
      transaction_key: "t1",
      subscription_key: null,
      trigger_key: null,
      ready_at: null,
      archived: false,
      created_at: Date.parse("2026-01-31"),
      updated_at: dropped.job.created_at,
    },
  ]);
  const sums = Object.entries(await world.totals(ada)).filter(([name]) => name.includes("reward"));
  expect(Object.fromEntries(sums)).toEqual({
    "2026-01-31/rewards/paid": 1,
    "2026-01-31/reward_amount/EUR/paid": 2500,
    "2026-01-31/reward_usd": 2711,
  });
});

test("needs only a partner, an amount and a description", async () => {
  const { job } = await world.drop("rewards", lines(REQUIRED, "ada,100,Thanks"));
  expect(rewards()).toMatchObject([
    {
      reward_status: "pending",
      currency: "USD",
      amount_usd: 100,
      is_external: false,
      customer_key: null,
      transaction_key: null,
      trigger_key: null,
      created_at: job.created_at,
    },
  ]);
});

test("finds the partner by address or by key, of which a row fills in one", async () => {
  const text = lines(
    "partner_email,partner_key,amount_in_cents,body",
    "ADA@x.io,,1,a",
    ",ada,2,b",
    ",,3,c",
    "ada@x.io,ada,4,d",
    "eve@x.io,,5,e",
    ",eve,6,f",
  );
  const dropped = await world.drop("rewards", text);
  expect(short(dropped)).toEqual([
    "created",
    "created",
    "failed not_exactly_one",
    "failed not_exactly_one",
    "failed unknown_partner",
    "failed unknown_partner",
  ]);
  expect(dropped.outcomes.map(({ column }) => column)).toEqual([
    null,
    null,
    "partner_email",
    "partner_key",
    "partner_email",
    "partner_key",
  ]);
});

test("amounts come in either unit, of which a row fills in one", async () => {
  const text = lines(
    "partner_key,amount_in_cents,amount_in_dollars,body,currency",
    "ada,,12.5,a,",
    "ada,1,1,b,",
    "ada,,,c,",
    "ada,,1.5,d,JPY",
    "ada,,15,e,JPY",
  );
  expect(short(await world.drop("rewards", text))).toEqual([
    "created",
    "failed not_exactly_one",
    "failed not_exactly_one",
    "failed too_many_decimals",
    "created",
  ]);
  expect(
    rewards()
      .map(({ amount, currency }) => `${amount} ${currency}`)
      .toSorted(),
  ).toEqual(["1250 USD", "15 JPY"]);
});

test("a target is a transaction, or a customer by either key, of the partner's own", async () => {
  const text = lines(
    ALL,
    "ada,transaction,t1,1,a,,,,",
    "ada,customer,u1,2,b,,,,",
    `ada,customer,${customerKey},3,c,,,,`,
    "ada,transaction,t2,4,d,,,,",
    "ada,customer,u2,5,e,,,,",
    "ada,customer,u3,6,f,,,,",
    "ada,transaction,t9,7,g,,,,",
    "ada,customer,u9,8,h,,,,",
    "ada,Customer,,9,i,,,,",
    "ada,,t1,10,j,,,,",
    "ada,lead,t1,11,k,,,,",
  );
  const dropped = await world.drop("rewards", text);
  expect(short(dropped)).toEqual([
    "created",
    "created",
    "created",
    "failed foreign_target",
    "failed foreign_target",
    "failed foreign_target",
    "failed unknown_transaction",
    "failed unknown_customer",
    "failed half_target",
    "failed half_target",
    "failed bad_target_type",
  ]);
  expect(dropped.outcomes.slice(3).map(({ column }) => column)).toEqual([
    "target_key",
    "target_key",
    "target_key",
    "target_key",
    "target_key",
    "target_key",
    "target_type",
    "target_type",
  ]);
  expect(
    rewards()
      .toSorted((one, other) => one.amount - other.amount)
      .map((one) => [one.amount, one.customer_key, one.transaction_key]),
  ).toEqual([
    [1, customerKey, "t1"],
    [2, customerKey, null],
    [3, customerKey, null],
  ]);
});

test("targets of two types by the same name are kept apart, side by side", async () => {
  // "u1" is a customer of Ada, and a transaction of Bo's.
  const text = lines(
    ALL,
    "bo,transaction,u1,1,a,,,,",
    "ada,customer,u1,2,b,,,,",
    "ada,transaction,u1,3,c,,,,",
    "bo,customer,u1,4,d,,,,",
    "bo,customer,t2,5,e,,,,",
    "bo,transaction,t2,6,f,,,,",
  );
  expect(short(await world.drop("rewards", text))).toEqual([
    "created",
    "created",
    "failed foreign_target",
    "failed foreign_target",
    "failed unknown_customer",
    "created",
  ]);
});

test("rows that look the same are each a reward, and the same file again is none", async () => {
  const text = lines(REQUIRED, "ada,100,Thanks", "ada,100,Thanks", "eve,1,No");
  expect(short(await world.drop("rewards", text))).toEqual(["created", "created", "failed unknown_partner"]);
  const others = () => world.table.items().filter(({ pk }) => !/^acme\/(import|audit)\//.test(pk));
  const before = others();
  expect(short(await world.drop("rewards", text))).toEqual(["unchanged", "unchanged", "failed unknown_partner"]);
  expect(others()).toEqual(before);
});

test("a row of the same file that failed before is made once it can be", async () => {
  const text = lines(REQUIRED, "ada,100,Thanks", "eve,1,Now there");
  await world.drop("rewards", text);
  await world.drop("partners", lines("partner_first,partner_last,partner_email,partner_key", "Eve,X,eve@x.io,eve"));
  expect(short(await world.drop("rewards", text))).toEqual(["unchanged", "created"]);
});

test.each([
  ["status", "payed", "bad_status"],
  ["is_external", "constructor", "bad_flag"],
  ["reward_currency", "EURO", "bad_currency"],
  ["created_at", "31.13.2026", "bad_date"],
])("%s may not be %s", async (column, cell, code) => {
  const dropped = await world.drop("rewards", lines(`${REQUIRED},${column}`, `ada,100,Thanks,${cell}`));
  expect(dropped.outcomes).toMatchObject([{ outcome: "failed", column, code }]);
});

test("a reward without a rate is told of, and kept", async () => {
  const { job } = await world.drop(
    "rewards",
    lines(ALL, "ada,,,100,a,CHF,,,2026-01-31", "ada,,,50,b,CHF,,hold,2026-01-31"),
  );
  expect(job.warnings).toHaveLength(1);
  const sums = Object.entries(await world.totals(ada)).filter(([name]) => name.includes("reward"));
  expect(Object.fromEntries(sums)).toEqual({
    "2026-01-31/rewards/pending": 1,
    "2026-01-31/rewards/hold": 1,
    "2026-01-31/reward_amount/CHF/pending": 100,
    "2026-01-31/reward_amount/CHF/hold": 50,
    "2026-01-31/reward_unconverted/CHF": 2,
  });
});

test.each([
  [",ada,,,100,,Bonus,,,,", null, null],
  ["ada@x.io,,customer,u1,,1.50,Bonus,EUR,true,hold,2026-01-31", null, null],
  [",ada,transaction,t1,100,,Bonus,,,Approved,", null, null],
  [",ada,,,100,,Bonus,,,DECLINED,", null, null],
  [",,,,100,,Bonus,,,,", "not_exactly_one", "partner_email"],
  ["ada@x.io,ada,,,100,,Bonus,,,,", "not_exactly_one", "partner_key"],
  ["ada,,,,100,,Bonus,,,,", "bad_email", "partner_email"],
  [",eve,,,100,,Bonus,,,,", "unknown_partner", "partner_key"],
  ["eve@x.io,,,,100,,Bonus,,,,", "unknown_partner", "partner_email"],
  [",ada,transaction,,100,,Bonus,,,,", "half_target", "target_key"],
  [",ada,,t1,100,,Bonus,,,,", "half_target", "target_type"],
  [",ada,deal,t1,100,,Bonus,,,,", "bad_target_type", "target_type"],
  [",ada,transaction,t9,100,,Bonus,,,,", "unknown_transaction", "target_key"],
  [",ada,customer,u9,100,,Bonus,,,,", "unknown_customer", "target_key"],
  [",ada,transaction,t2,100,,Bonus,,,,", "foreign_target", "target_key"],
  [",ada,customer,u2,100,,Bonus,,,,", "foreign_target", "target_key"],
  [",ada,customer,u3,100,,Bonus,,,,", "foreign_target", "target_key"],
  [",ada,,,,,Bonus,,,,", "not_exactly_one", "amount_in_cents"],
  [",ada,,,100,1,Bonus,,,,", "not_exactly_one", "amount_in_dollars"],
  [",ada,,,100,,,,,,", "required", "reward_description (body)"],
  [`,ada,,,100,,${"x".repeat(501)},,,,`, "too_long", "reward_description (body)"],
  [",ada,,,100,,Bonus,money,,,", "bad_currency", "reward_currency"],
  [",ada,,,100,,Bonus,,perhaps,,", "bad_flag", "is_external"],
  [",ada,,,100,,Bonus,,,scheduled,", "bad_status", "status"],
  [",ada,,,100,,Bonus,,,,soon", "bad_date", "created_at"],
])("a row of %s comes to %s", async (row, code, column) => {
  const header =
    "partner_email,partner_key,target_type,target_key,amount_in_cents,amount_in_dollars,reward_description (body)," +
    "reward_currency,is_external,status,created_at";
  const { outcomes } = await world.drop("rewards", lines(header, row, ",bo,,,1,,Thanks,,,,"));
  expect(outcomes).toMatchObject([
    { row: 1, line: 2, outcome: code === null ? "created" : "failed", code, column },
    { row: 2, line: 3, outcome: "created" },
  ]);
});

test("a target of no partner is told as such", async () => {
  const text = lines(`${REQUIRED},target_type,target_key`, "ada,1,Bonus,customer,u3", "ada,1,Bonus,customer,u2");
  const { outcomes } = await world.drop("rewards", text);
  expect(outcomes.map(({ message }) => message)).toEqual([
    '"u3" belongs to no partner',
    '"u2" belongs to another partner',
  ]);
});

const KEYED =
  "key,partner_key,target_type,target_key,amount_in_cents,amount_in_dollars,body,currency,status,created_at";

/** A stored reward, a row with its key, and what becomes of it: an outcome, its column, and what the reward is then. */
test.each<[stored: string, row: string, outcome: string, column: string | null, then: object]>([
  ["r1,ada,,,100,,A,,,2026-01-31", "r1,ada,,,100,,A,,,2026-01-31", "unchanged", null, {}],
  ["r1,ada,,,100,,A,,,2026-01-31", "r1,ada,,,,1.00,A,USD,pending,", "unchanged", null, {}],
  ["r1,ada,,,100,,A,EUR,,", "r1,ada,,,,1.00,A,,,", "unchanged", null, { currency: "EUR", amount_usd: 108 }],
  ["r1,ada,,,100,,A,JPY,,", "r1,ada,,,,100,A,,,", "unchanged", null, { amount: 100, currency: "JPY" }],
  ["r1,ada,,,100,,A,,,", "r1,ada,,,100,,B,,,", "updated", null, { description: "B" }],
  ["r1,ada,,,100,,A,,,", "r1,ada,,,100,,A,,paid,", "updated", null, { reward_status: "paid" }],
  ["r1,ada,,,100,,A,,hold,", "r1,ada,,,100,,A,,,", "unchanged", null, { reward_status: "hold" }],
  ["r1,ada,,,100,,A,,approved,", "r1,ada,,,250,,A,EUR,,", "updated", null, { amount: 250, currency: "EUR" }],
  ["r1,ada,,,100,,A,,,", "r1,ada,transaction,t1,100,,A,,,", "updated", null, { transaction_key: "t1" }],
  ["r1,ada,transaction,t1,100,,A,,,", "r1,ada,,,100,,A,,,", "unchanged", null, { transaction_key: "t1" }],
  ["r1,ada,transaction,t1,100,,A,,,", "r1,ada,customer,u1,100,,A,,,", "unchanged", null, { transaction_key: "t1" }],
  ["r1,ada,,,100,,A,,,", "r1,ada,transaction,t2,100,,A,,,", "failed foreign_target", "target_key", {}],
  ["r1,ada,,,100,,A,,,", "r1,bo,,,100,,A,,,", "failed key_taken", "key", {}],
  ["r1,ada,,,100,,A,,paid,", "r1,ada,,,101,,A,,,", "failed reward_paid", "amount_in_cents", { amount: 100 }],
  ["r1,ada,,,100,,A,,paid,", "r1,ada,,,,1.01,A,,pending,", "failed reward_paid", "amount_in_dollars", { amount: 100 }],
  ["r1,ada,,,100,,A,,paid,", "r1,ada,,,100,,A,EUR,,", "failed reward_paid", "amount_in_cents", { currency: "USD" }],
  ["r1,ada,,,100,,A,,paid,", "r1,ada,,,100,,B,,,", "updated", null, { description: "B", reward_status: "paid" }],
])("a reward of %s and a row of %s come to %s", async (stored, row, outcome, column, then) => {
  await world.drop("rewards", lines(KEYED, stored));
  const dropped = await world.drop("rewards", lines(KEYED, row));
  expect(short(dropped)).toEqual([outcome]);
  expect(dropped.outcomes).toMatchObject([{ column }]);
  expect(rewards()).toMatchObject([{ key: "r1", partnership_key: ada, ...then }]);
  expect(foldOf(world).get(ada)).toMatchObject(
    Object.fromEntries(
      Object.entries(await world.totals(ada)).filter(([name, sum]) => name.includes("reward") && sum !== 0),
    ),
  );
});

test("the same key is never recorded twice: later rows and files update it", async () => {
  const first = await world.drop("rewards", lines(KEYED, "r1,ada,,,1,,a,,,", ",ada,,,2,,b,,,", "r1,ada,,,3,,c,,,"));
  expect(short(first)).toEqual(["created", "created", "updated"]);
  const again = await world.drop("rewards", lines("reward_key,partner_email,amount_in_cents,body", "r1,ada@x.io,3,c"));
  expect(short(again)).toEqual(["unchanged"]);
  expect(
    rewards()
      .map(({ amount }) => amount)
      .toSorted((one, other) => one - other),
  ).toEqual([2, 3]);
});

test("a reward's own key finds it, whoever made it", async () => {
  await world.drop("rewards", lines(REQUIRED, "ada,100,Thanks"));
  const [{ key } = { key: "" }] = rewards();
  const dropped = await world.drop("rewards", lines(KEYED, `${key},ada,,,100,,Thanks,,declined,`));
  expect(short(dropped)).toEqual(["updated"]);
  expect(rewards()).toMatchObject([{ key, reward_status: "declined" }]);
});

test("what was paid is told beside what a row says", async () => {
  await world.drop("rewards", lines(KEYED, "r1,ada,,,100,,A,,paid,"));
  const { outcomes } = await world.drop("rewards", lines(KEYED, "r1,ada,,,250,,A,,,"));
  expect(outcomes).toMatchObject([
    { message: "is not the amount that was paid, 1.00 USD", hint: expect.stringContaining("of the difference") },
  ]);
});

test("a row that came to its turn before is told so, though the reward has been paid since", async () => {
  await world.drop("rewards", lines(KEYED, "r1,ada,,,100,,A,,,"));
  const text = lines(KEYED, "r1,ada,,,150,,A,,,");
  const { job } = await world.drop("rewards", text);
  await world.drop("rewards", lines(KEYED, "r1,ada,,,200,,A,,paid,"));
  const setup = await loadSetup(world.ledger, "acme");
  const context = {
    ledger: world.ledger,
    ...setup,
    job,
    triggers: [],
    lacks: [],
    ownName: String,
    warn: () => undefined,
  };
  const values = { key: "r1", partner_key: "ada", amount_in_cents: 150, reward_description: "A" };
  const again = [1, 2].map((row) => ({ row, values, mark: markOf(job, row) }));
  expect(await rewardRows.decide(again, context)).toMatchObject([
    { outcome: "updated", key: "r1" },
    { code: "reward_paid" },
  ]);
  expect(short(await world.drop("rewards", text))).toEqual(["failed reward_paid"]);
});

test.each([1, 2, 3, 4, 5])("keys that come again and again end as read from top to bottom (%i)", async (seed) => {
  const random = randomFrom(seed);
  const one = (...of: readonly string[]) => of[Math.floor(random() * of.length)] ?? "";
  const rows = Array.from({ length: 60 }, (_, at) => {
    const key = one("", "r1", "r2", "r3", "r4", `own${at}`);
    const target = one(",", ",", "transaction,t1", "customer,u1");
    return `${key},${one("ada", "ada", "ada", "bo")},${target},${1 + Math.floor(random() * 3)},,${one("A", "B")},,${one("", "hold", "approved", "paid")},`;
  });
  const text = lines(KEYED, ...rows);
  const serial = await createImportWorld({ items: world.table.items(), partRows: 100, waveRows: 1 });
  const other = await createImportWorld({ items: world.table.items(), partRows: 7, waveRows: 3 });
  const wanted = await serial.drop("rewards", text);
  const tried = await other.drop("rewards", text, { folder: "dry-run/", deliveries: shuffled(seed) });
  const dropped = await other.drop("rewards", text, { deliveries: shuffled(seed) });
  expect(short(wanted)).toContain("failed reward_paid");
  expect(short(tried)).toEqual(short(wanted));
  expect(short(dropped)).toEqual(short(wanted));
  // The moments are those of different imports.
  const made = ({ stored }: ImportWorld) =>
    stored(reward).map(({ created_at: _created, updated_at: _updated, ...rest }) => rest);
  expect(made(other)).toEqual(made(serial));
  expect(foldOf(other).size).toBeGreaterThan(0);
  for (const [partner, sums] of foldOf(other)) {
    const stored = Object.entries(await other.totals(partner)).filter(([, sum]) => sum !== 0);
    expect(Object.fromEntries(stored), partner).toEqual(sums);
  }
});

const TOLD = `key,${REQUIRED},status,ready_at,decline_reason,reward_source,trigger_key,reward_currency,usd_amount_in_cents`;

test("takes over how a reward came to be, and where it stands; empty cells keep it", async () => {
  const row = "r1,ada,1000,Bonus,declined,2026-04-01T00:00:00.007Z,Fraud,Trigger,trig_1,EUR,1200";
  expect(short(await world.drop("rewards", lines(TOLD, row)))).toEqual(["created"]);
  const told = {
    reward_status: "declined",
    ready_at: Date.parse("2026-04-01T00:00:00.007Z"),
    decline_reason: "Fraud",
    source: "trigger",
    trigger_key: "trig_1",
    amount_usd: 1200,
  };
  expect(rewards()).toMatchObject([told]);
  const again = await world.drop("rewards", lines(TOLD, "r1,ada,1000,Bonus,,2026-04-01,,,,,"));
  expect(short(again)).toEqual(["unchanged"]);
  await world.drop("rewards", lines(TOLD, "r1,ada,1000,Bonus,,2026-05-01,Late,manual,trig_2,,none"));
  expect(rewards()).toMatchObject([
    {
      ready_at: Date.parse("2026-05-01"),
      decline_reason: "Late",
      source: "manual",
      trigger_key: "trig_2",
      amount_usd: null,
    },
  ]);
});

test.each([
  [`r1,ada,1000,Bonus,scheduled,,,,,,`, "bad_status", "status"],
  [`r1,ada,1000,Bonus,,,,fax,,,`, "bad_source", "reward_source"],
  [`r1,ada,1000,Bonus,,soon,,,,,`, "bad_date", "ready_at"],
  [`r1,ada,1000,Bonus,,,,,,EUR,-1`, "usd_mismatch", "usd_amount_in_cents"],
])("refuses what cannot be told of a reward: %s", async (row, code, column) => {
  const { outcomes } = await world.drop("rewards", lines(TOLD, row));
  expect(outcomes).toMatchObject([{ outcome: "failed", code, column }]);
});

test("an export may tell of a scheduled reward, and of one without a description", async () => {
  const header = "key,partner_key,amount_in_cents,reward_description,status,whole_record";
  const dropped = await world.drop("rewards", lines(header, "r1,ada,1,,scheduled,true", "r2,ada,1,,,"));
  expect(short(dropped)).toEqual(["created", "failed required"]);
  expect(rewards()).toMatchObject([{ reward_status: "scheduled", description: "" }]);
});

test("the worth of a paid reward stays, as its amount does", async () => {
  const header = `key,${REQUIRED},reward_currency,status,usd_amount_in_cents`;
  await world.drop("rewards", lines(header, "r1,ada,1000,Bonus,EUR,paid,1200"));
  const dropped = await world.drop("rewards", lines(header, "r1,ada,1000,Bonus,,,1200", "r1,ada,1000,Bonus,,,1300"));
  expect(dropped.outcomes).toMatchObject([
    { outcome: "unchanged" },
    { outcome: "failed", code: "reward_paid", column: "usd_amount_in_cents" },
  ]);
});

const EARNED = `key,${REQUIRED},earned_by_transaction,earned_by_customer,target_type,target_key`;

test("a reward may hang on what has gone to others since", async () => {
  const dropped = await world.drop(
    "rewards",
    lines(
      EARNED,
      "r1,ada,1,Bonus,t2,u1,,",
      "r2,ada,1,Bonus,t2,,,",
      `r3,bo,1,Bonus,,${customerKey},,`,
      "r4,ada,1,Bonus,t2,,transaction,t2",
      "r5,ada,1,Bonus,t9,,,",
      "r6,ada,1,Bonus,,u9,,",
    ),
  );
  expect(dropped.outcomes.slice(3)).toMatchObject([
    { code: "two_targets", column: "earned_by_transaction" },
    { code: "unknown_transaction", column: "earned_by_transaction" },
    { code: "unknown_customer", column: "earned_by_customer" },
  ]);
  const u2 = (await world.find("customer", "customer_key", "u2"))?.key;
  expect(rewards()).toMatchObject([
    { key: "r1", partnership_key: ada, transaction_key: "t2", customer_key: customerKey },
    { key: "r2", partnership_key: ada, transaction_key: "t2", customer_key: u2 },
    { key: "r3", transaction_key: null, customer_key: customerKey },
  ]);
  const again = await world.drop("rewards", lines(EARNED, "r1,ada,1,Bonus,,,,", "r2,ada,1,Bonus,t2,u1,,"));
  expect(short(again)).toEqual(["unchanged", "updated"]);
  expect(rewards()[1]).toMatchObject({ transaction_key: "t2", customer_key: customerKey });
});
