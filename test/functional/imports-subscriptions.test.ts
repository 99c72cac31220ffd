import { beforeEach, describe, expect, it, test } from "vitest";
import type { Principal } from "../../shared/access/principal.ts";
import { undoImport } from "../../shared/imports/undo-import.ts";
import { undoneReader } from "../../shared/imports/undone-rows.ts";
import { customer } from "../../shared/records/customer.ts";
import { type ImportJob, importJob } from "../../shared/records/import-job.ts";
import { reward } from "../../shared/records/reward.ts";
import { transaction } from "../../shared/records/transaction.ts";
import { createImportWorld, foldOf, type ImportWorld, jittery, lines, short, shuffled } from "./imports-harness.ts";
import { addTrigger, aReward } from "./triggers.ts";

const OWNER: Principal = { program: "acme", kind: "teammate", id: "owner@acme.example", permissions: [], test: false };
const PARTNERS = lines("partner_first,partner_last,partner_email,partner_key", "Ada,L,ada@x.io,ada", "Bo,N,bo@x.io,bo");
const CUSTOMERS = lines("customer_key,email,partner_key", "u1,u1@x.io,ada", "u2,u2@x.io,bo", "u3,u3@x.io,");
const HEADER = "key,customer_key,amount_in_cents,created_at,subscription_key,subscription_plan";
const ALL = `${HEADER},subscription_quantity,subscription_value_in_cents,subscription_value_in_dollars,currency`;

let world: ImportWorld;

async function begin(options: Parameters<typeof createImportWorld>[0] = {}): Promise<void> {
  world = await createImportWorld(options);
  await world.drop("partners", PARTNERS);
  await world.drop("customers", CUSTOMERS);
}

beforeEach(() => begin());

const drop = (...rows: readonly string[]) => world.drop("transactions", lines(HEADER, ...rows));
const find = (key: string) => world.find("transaction", "key", key);
const subscriptionsOf = async (key: string) => (await world.find("customer", "customer_key", key))?.subscriptions ?? [];
const day = (date: string) => Date.parse(date);

/** In short: plan, amount, how many transactions, from when to when. */
const inShort = async (key: string) =>
  (await subscriptionsOf(key)).map(
    ({ plan_name, provider_key, amount, transactions, created_at, paid_at, transaction_key }) =>
      `${plan_name}/${provider_key} ${amount} x${transactions} ${dateOf(created_at)}..${dateOf(paid_at)} ${transaction_key}`,
  );
const dateOf = (instant: number) => new Date(instant).toISOString().slice(5, 10);

async function undo(job: ImportJob) {
  world.clock.advance(1000);
  const [stored] = await world.ledger.read(importJob, [importJob.place(job)]);
  if (stored === undefined) throw new Error("no job");
  await undoImport({ ...world, imports: world.ports.imports }, OWNER, stored.record);
  await world.drain();
  const page = await undoneReader(world.uploads)(job, { after: 0, limit: 1000 });
  return (page?.items ?? []).map(({ row, result, code }) => [row, result, ...(code === null ? [] : [code])].join(" "));
}

describe("a transaction with a plan or the provider's key", () => {
  test("makes a subscription of its customer, of every field", async () => {
    await world.drop("transactions", lines(ALL, "t1,u1,3000,2026-03-01,sub_stripe,Team,3,,10.00,EUR"));
    const [made] = await subscriptionsOf("u1");
    expect(made).toEqual({
      key: expect.stringMatching(/^sub_\w{26}$/),
      provider_key: "sub_stripe",
      plan_name: "Team",
      amount: 1000,
      currency: "EUR",
      quantity: 3,
      transactions: 1,
      created_at: day("2026-03-01"),
      paid_at: day("2026-03-01"),
      transaction_key: "t1",
    });
    expect(await find("t1")).toMatchObject({ subscription_key: made?.key, subscription_plan: "Team", amount: 3000 });
    expect(await subscriptionsOf("u2")).toEqual([]);
  });

  test("needs no more than a plan: the amount is the price, the quantity 1", async () => {
    await drop("t1,u1,3000,2026-03-01,,Team");
    expect(await subscriptionsOf("u1")).toMatchObject([
      { provider_key: null, plan_name: "Team", amount: 3000, currency: "USD", quantity: 1 },
    ]);
  });

  test("one with neither belongs to none, and leaves the customer alone", async () => {
    const before = await world.find("customer", "customer_key", "u1");
    await drop("t1,u1,3000,2026-03-01,,");
    expect(await find("t1")).toMatchObject({ subscription_key: null, subscription_plan: null });
    expect(await world.find("customer", "customer_key", "u1")).toEqual(before);
  });

  test("goes by the provider's key where there is one, whatever the plan", async () => {
    await drop("t1,u1,1000,2026-03-01,s1,Team", "t2,u1,2000,2026-04-01,s1,Business", "t3,u1,50,2026-05-01,s2,Team");
    expect(await inShort("u1")).toEqual(["Business/s1 2000 x2 03-01..04-01 t2", "Team/s2 50 x1 05-01..05-01 t3"]);
    expect((await find("t1"))?.subscription_key).toBe((await find("t2"))?.subscription_key);
    expect((await find("t1"))?.subscription_plan).toBe("Team");
  });

  test("goes by the plan's name elsewhere, in any spelling, among those without a provider's key", async () => {
    await drop(
      "t1,u1,1000,2026-03-01,,Team Annual",
      "t2,u1,2000,2026-04-01,,team-annual",
      "t3,u1,9,2026-05-01,s1,Team Annual",
    );
    expect(await inShort("u1")).toEqual([
      "team-annual/null 2000 x2 03-01..04-01 t2",
      "Team Annual/s1 9 x1 05-01..05-01 t3",
    ]);
  });

  test("one without a plan keeps the plan of its key", async () => {
    await drop("t1,u1,1000,2026-03-01,s1,Team", "t2,u1,2000,2026-04-01,s1,");
    expect(await inShort("u1")).toEqual(["Team/s1 2000 x2 03-01..04-01 t2"]);
    expect(await find("t2")).toMatchObject({ subscription_plan: null });
  });

  test("the same plan of two customers is two subscriptions", async () => {
    await drop("t1,u1,1000,2026-03-01,,Team", "t2,u2,1000,2026-03-01,,Team");
    expect((await find("t1"))?.subscription_key).not.toBe((await find("t2"))?.subscription_key);
    expect(await inShort("u2")).toEqual(["Team/null 1000 x1 03-01..03-01 t2"]);
  });

  test("refunds and what costs nothing change neither plan nor price", async () => {
    await drop("t1,u1,1000,2026-03-01,s1,Team", "t2,u1,-1000,2026-04-01,s1,Solo", "t3,u1,0,2026-05-01,s1,Free");
    expect(await inShort("u1")).toEqual(["Team/s1 1000 x3 03-01..03-01 t1"]);
  });

  test("a subscription that begins free of charge has its price from the first payment, whenever that is told", async () => {
    await drop("t2,u1,0,2026-04-01,s1,Trial");
    expect(await inShort("u1")).toEqual(["Trial/s1 0 x1 04-01..04-01 t2"]);
    await drop("t1,u1,1000,2026-03-01,s1,Team");
    expect(await inShort("u1")).toEqual(["Team/s1 1000 x2 03-01..03-01 t1"]);
  });

  test.each([
    ["bad_count", "subscription_quantity", "0,,"],
    ["bad_count", "subscription_quantity", "2.5,,"],
    ["bad_count", "subscription_quantity", "-1,,"],
    ["bad_count", "subscription_quantity", "many,,"],
    ["bad_subscription_value", "subscription_value_in_cents", ",0,"],
    ["bad_subscription_value", "subscription_value_in_dollars", ",,-1"],
    ["too_many_decimals", "subscription_value_in_dollars", ",,1.005"],
    ["not_exactly_one", "subscription_value_in_dollars", ",100,1"],
  ])("fails with %s in %s for %s", async (code, column, cells) => {
    const dropped = await world.drop("transactions", lines(ALL, `t1,u1,3000,2026-03-01,s1,Team,${cells},`));
    expect(dropped.outcomes).toMatchObject([{ outcome: "failed", code, column }]);
    expect(await subscriptionsOf("u1")).toEqual([]);
  });

  test("quantity and price of no subscription are ignored, and told so once", async () => {
    const header = "key,customer_key,amount_in_cents,quantity";
    const { job, outcomes } = await world.drop("transactions", lines(header, "t1,u1,1,2", "t2,u1,1,3"));
    expect(short({ outcomes })).toEqual(["created", "created"]);
    expect(job.warnings.filter(({ code }) => code === "no_subscription")).toEqual([
      {
        code: "no_subscription",
        message: '"quantity" was ignored in rows that name no subscription, by its key or plan.',
      },
    ]);
  });

  test("a customer has up to 100 subscriptions; a row that brings one more fails, and others do not", async () => {
    await begin({ waveRows: 7 });
    await drop(...Array.from({ length: 100 }, (_, at) => `t${at},u1,100,2026-03-01,s${at},Team`));
    expect(await subscriptionsOf("u1")).toHaveLength(100);
    const more = await drop("x1,u1,100,2026-03-01,s100,Team", "x2,u1,100,2026-04-01,s99,Team", "x3,u1,1,2026-04-01,,");
    expect(short(more)).toEqual(["failed too_many_subscriptions", "created", "created"]);
    expect(await find("x1")).toBeUndefined();
    expect(await subscriptionsOf("u1")).toHaveLength(100);
  });

  test("the same file twice, or its rows once more, change nothing", async () => {
    const rows = ["t1,u1,1000,2026-03-01,s1,Team", "t2,u1,2000,2026-04-01,,Solo", ",u1,500,2026-04-01,,Solo"];
    await drop(...rows);
    const before = world.stored(customer);
    expect(short(await drop(...rows))).toEqual(["unchanged", "unchanged", "unchanged"]);
    expect(short(await drop(...rows.slice(0, 2).toReversed()))).toEqual(["unchanged", "unchanged"]);
    expect(world.stored(customer)).toEqual(before);
  });
});

describe("the order of the rows", () => {
  const ROWS = [
    "a,u1,1000,2026-03-01,s1,Team",
    "b,u1,1200,2026-04-01,s1,",
    "c,u1,1500,2026-05-01,s1,Business",
    "d,u1,-1500,2026-05-02,s1,Team",
    "e,u1,900,2026-01-01,s1,Solo",
    "f,u1,0,2025-12-01,s1,Trial",
    "g,u1,1500,2026-05-01,s1,",
    "h,u1,70,2026-02-01,,Support",
    "i,u1,80,2026-02-01,,SUPPORT",
  ];
  const WANTED = ["Business/s1 1500 x7 12-01..05-01 g", "SUPPORT/null 80 x2 02-01..02-01 i"];

  it.each(Array.from({ length: 12 }, (_, seed) => seed))("changes nothing (%i)", async (seed) => {
    await begin({ partRows: 2, waveRows: 1 + (seed % 4), around: (ports) => jittery(seed, ports) });
    const deliveries = shuffled(seed);
    const rows = ROWS.map((row) => ({ row, at: deliveries.next(1000) })).toSorted((x, y) => x.at - y.at);
    const dropped = await world.drop("transactions", lines(HEADER, ...rows.map(({ row }) => row)), { deliveries });
    expect(new Set(short(dropped))).toEqual(new Set(["created"]));
    expect(await inShort("u1")).toEqual(WANTED);
    const [ada] = [await world.find("partnership", "partner_key", "ada")];
    expect(Object.entries(await world.totals(ada?.key ?? "")).filter(([, sum]) => sum !== 0)).toEqual(
      expect.arrayContaining(Object.entries(foldOf(world).get(ada?.key ?? "") ?? {})),
    );
  });

  test("many rows of one customer in one wave are all told of", async () => {
    const days = Array.from(
      { length: 60 },
      (_, at) => `t${at},u1,${100 + at},2026-0${1 + (at % 6)}-${10 + (at % 19)},s1,Team`,
    );
    expect(new Set(short(await drop(...days)))).toEqual(new Set(["created"]));
    expect(await subscriptionsOf("u1")).toMatchObject([{ transactions: 60 }]);
  });
});

describe("a row that changes a transaction", () => {
  beforeEach(() => drop("t1,u1,1000,2026-03-01,s1,Team", "t2,u1,2000,2026-04-01,s1,Business"));

  test("keeps what it leaves empty", async () => {
    await world.drop("transactions", lines(ALL, "t2,u1,2000,,,,4,1500,,"));
    expect(await subscriptionsOf("u1")).toMatchObject([
      { provider_key: "s1", plan_name: "Business", quantity: 4, amount: 1500 },
    ]);
    await drop("t2,u1,2500,,,");
    expect(await subscriptionsOf("u1")).toMatchObject([{ quantity: 4, amount: 1500, transactions: 2 }]);
    await world.drop("transactions", lines(ALL, "t2,u1,2500,,,,,,,EUR"));
    expect(await subscriptionsOf("u1")).toMatchObject([{ quantity: 4, amount: 2500, currency: "EUR" }]);
  });

  test("takes it to another subscription, and the one before is as the others tell", async () => {
    await drop("t2,u1,2000,,s2,");
    expect(await inShort("u1")).toEqual(["Team/s1 1000 x1 03-01..03-01 t1", "Business/s2 2000 x1 04-01..04-01 t2"]);
    await drop("t1,u1,1000,,s2,");
    expect(await inShort("u1")).toEqual(["Business/s2 2000 x2 03-01..04-01 t2"]);
  });

  test("takes it to another customer's, or to another day", async () => {
    await drop("t2,u3,2000,,,");
    expect(await inShort("u1")).toEqual(["Team/s1 1000 x1 03-01..03-01 t1"]);
    expect(await inShort("u3")).toEqual(["Business/s1 2000 x1 04-01..04-01 t2"]);
    await drop("t2,u1,2000,2026-02-01,,");
    expect(await inShort("u1")).toEqual(["Team/s1 1000 x2 02-01..03-01 t1"]);
    expect(await inShort("u3")).toEqual([]);
  });

  test("makes it a refund, and what is told of the rest stays", async () => {
    await drop("t2,u1,-2000,,,");
    expect(await inShort("u1")).toEqual(["Team/s1 1000 x2 03-01..03-01 t1"]);
  });

  test("has it join one that it did not belong to", async () => {
    await drop("t3,u1,5,2026-05-01,,");
    await drop("t3,u1,5,2026-05-01,,Solo");
    expect(await inShort("u1")).toEqual(["Business/s1 2000 x2 03-01..04-01 t2", "Solo/null 5 x1 05-01..05-01 t3"]);
  });

  test("finds the customer's earlier transactions with the partners of then", async () => {
    await world.drop("customers", lines("customer_key,email,partner_key", "u1,u1@x.io,bo"));
    await drop("t3,u1,10,2026-05-01,s1,Late", "t4,u1,10,2026-02-15,s1,Early");
    expect(await inShort("u1")).toEqual(["Late/s1 10 x4 02-15..05-01 t3"]);
    await drop("t3,u1,-10,2026-05-01,s1,");
    expect(await inShort("u1")).toEqual(["Business/s1 2000 x4 02-15..04-01 t2"]);
  });
});

describe("a transaction of a former partner", () => {
  const header = `${HEADER},partner_key,no_partner,usd_amount_in_cents,approved,whole_record`;
  const dropHome = (...rows: readonly string[]) => world.drop("transactions", lines(header, ...rows));
  const keyOf = async (partner: string) => (await world.find("partnership", "partner_key", partner))?.key;

  beforeEach(async () => {
    await world.drop(
      "customers",
      lines("customer_key,email,partner_key,former_partner_keys,had_no_partner", "u1,u1@x.io,ada,bo,true"),
    );
  });

  test("changes the subscriptions of its customer, with whatever else its row tells", async () => {
    const { outcomes } = await dropHome(
      "t1,u1,1000,2026-03-01,s1,Team,bo,,1000,false,",
      "t2,u1,2000,2026-04-01,s1,,,true,2000,,",
      "t3,u1,3000,2026-05-01,s1,Business,,,,,",
    );
    expect(short({ outcomes })).toEqual(["created", "created", "created"]);
    expect(await inShort("u1")).toEqual(["Business/s1 3000 x3 03-01..05-01 t3"]);
    expect(await find("t1")).toMatchObject({
      partnership_key: await keyOf("bo"),
      approved: false,
      amount_usd: 1000,
      subscription_plan: "Team",
    });
    await dropHome("t3,u1,-3000,2026-05-01,s1,,,,,,");
    expect(await inShort("u1")).toEqual(["Team/s1 2000 x3 03-01..04-01 t2"]);
    await dropHome("t3,u1,3000,2026-05-01,s2,,bo,,,,");
    expect(await inShort("u1")).toEqual(["Team/s1 2000 x2 03-01..04-01 t2", "Business/s2 3000 x1 05-01..05-01 t3"]);
  });

  test("changes its customer when it comes from another partner, and what it tells stays", async () => {
    await dropHome("t1,u1,1000,2026-03-01,s1,Team,,,,,", "t2,u1,2000,2026-04-01,s1,Business,,,,,");
    const before = world.stored(customer).find(({ customer_key }) => customer_key === "u1");
    world.clock.advance(1000);
    await dropHome("t1,u1,1000,,,,bo,,,,");
    const after = world.stored(customer).find(({ customer_key }) => customer_key === "u1");
    // Who reads all transactions of the subscription meanwhile must not miss it between the two.
    expect(after?.updated_at).toBeGreaterThan(before?.updated_at ?? Infinity);
    expect(after).toEqual({ ...before, updated_at: after?.updated_at });
    await dropHome("t2,u1,-2000,2026-04-01,s1,,,,,,");
    expect(await inShort("u1")).toEqual(["Team/s1 1000 x2 03-01..03-01 t1"]);
  });

  test("is found again though its customer was never told to have been there", async () => {
    await dropHome("t1,u2,1000,2026-03-01,s1,Team,ada,,,,true", "t2,u2,2000,2026-04-01,s1,Business,,,,,");
    expect(await world.find("customer", "customer_key", "u2")).toMatchObject({
      partnership_key: await keyOf("bo"),
      former_partnership_keys: [await keyOf("ada")],
    });
    await dropHome("t2,u2,-2000,2026-04-01,s1,,,,,,");
    expect(await inShort("u2")).toEqual(["Team/s1 1000 x2 03-01..03-01 t1"]);
  });

  test("is found again though the row that told of the partner is undone, and who has none is forgotten", async () => {
    const told = ["u2,u2@x.io,bo,ada", "u3,u3@x.io,,ada"];
    const { job } = await world.drop("customers", lines("customer_key,email,partner_key,former_partner_keys", ...told));
    await dropHome("t1,u2,1000,2026-03-01,s1,Team,ada,,,,", "t2,u2,2000,2026-04-01,s1,Business,,,,,");
    expect(await undo(job)).toEqual(["1 reversed", "2 reversed"]);
    expect(await world.find("customer", "customer_key", "u2")).toMatchObject({
      former_partnership_keys: [await keyOf("ada")],
    });
    expect(await world.find("customer", "customer_key", "u3")).toMatchObject({ former_partnership_keys: [] });
    await dropHome("t2,u2,-2000,2026-04-01,s1,,,,,,");
    expect(await inShort("u2")).toEqual(["Team/s1 1000 x2 03-01..03-01 t1"]);
  });
});

test("subscriptions of one instant are in the order of plans, then of keys, whatever came first", async () => {
  await drop(
    "t1,u1,1,2026-03-01,s2,Alpha",
    "t2,u1,1,2026-03-01,,Team",
    "t3,u1,1,2026-03-01,s1,Zoo",
    "t4,u1,1,2026-03-01,,solo",
    "t5,u1,1,2026-02-01,s9,",
  );
  expect((await inShort("u1")).map((one) => one.split(" ")[0])).toEqual([
    "null/s9",
    "solo/null",
    "Team/null",
    "Zoo/s1",
    "Alpha/s2",
  ]);
});

test("a customer's own row changes no subscription, and a change of both at once is none lost", async () => {
  await drop("t1,u1,1000,2026-03-01,s1,Team");
  await world.drop("customers", lines("customer_key,email,partner_key,name", "u1,u1@x.io,bo,Uma"));
  expect(await inShort("u1")).toEqual(["Team/s1 1000 x1 03-01..03-01 t1"]);
});

test("an export of ours that is read back says nothing new", async () => {
  await drop("t1,u1,1000,2026-03-01,s1,Team", "t2,u1,2000,2026-04-01,s1,", "t3,u1,7,2026-04-01,,Solo");
  const before = world.stored(customer);
  const header =
    "partner_id,transaction_key,customer_key,transaction_create_date,transaction_amount,transaction_currency,subscription_plan";
  const rows = [
    "p,t1,u1,2026-03-01 00:00:00,10.00,USD,Team",
    "p,t2,u1,2026-04-01 00:00:00,20.00,USD,Team",
    "p,t3,u1,2026-04-01 00:00:00,0.07,USD,Solo",
  ];
  const again = await world.drop("transactions", lines(header, ...rows));
  expect(short(again)).toEqual(["unchanged", "unchanged", "unchanged"]);
  expect(world.stored(customer)).toEqual(before);

  await begin();
  expect(short(await world.drop("transactions", lines(header, ...rows)))).toEqual(["created", "created", "created"]);
  expect(await inShort("u1")).toEqual(["Team/null 2000 x2 03-01..04-01 t2", "Solo/null 7 x1 04-01..04-01 t3"]);
});

test("the bundle's files show names and prices side by side, the plan of each payment, and what a reward is for", async () => {
  await drop("t1,u1,1000,2026-03-01,s1,Team", "t2,u1,2050,2026-04-01,s1,", "t3,u1,7,2026-04-02,,=Solo", "t4,u2,1,,,");
  const cells = async (key: string) => {
    const found = await world.find("customer", "customer_key", key);
    if (found === undefined) throw new Error(`no customer ${key}`);
    const row = {
      subject: { customer: found, transactions: 1, formerPartnerKeys: [] },
      partner: undefined,
      exportedAt: 0,
    };
    const { subscription_plan_name, subscription_plan_value, subscription_count } = customer.bundle.columns;
    return [subscription_plan_name(row), subscription_plan_value(row), subscription_count(row)];
  };
  expect(await cells("u1")).toEqual(["Team|=Solo", "20.50|0.07", "2"]);
  expect(await cells("u2")).toEqual(["", "", "0"]);
  const plan = async (key: string) => {
    const [paid, buyer] = await Promise.all([find(key), world.find("customer", "customer_key", "u1")]);
    if (paid === undefined) throw new Error(`no transaction ${key}`);
    const row = { subject: { transaction: paid, customer: buyer, rewards: [] }, partner: undefined, exportedAt: 0 };
    return transaction.bundle.columns.subscription_plan(row);
  };
  expect(await Promise.all(["t1", "t2", "t3", "t4"].map(plan))).toEqual(["Team", "Team", "'=Solo", ""]);
});

test("a dry run tells the same and writes nothing", async () => {
  const rows = ["t1,u1,1000,2026-03-01,s1,Team", "t1,u1,1000,2026-04-01,s2,Team", "t2,u1,1,2026-03-01,s2,"];
  const dry = await world.drop("transactions", lines(HEADER, ...rows), { folder: "dry-run/" });
  expect(await subscriptionsOf("u1")).toEqual([]);
  expect(short(dry)).toEqual(short(await drop(...rows)));
  expect(await inShort("u1")).toEqual(["Team/s2 1000 x2 03-01..04-01 t1"]);
});

describe("rewards", () => {
  test("of a trigger, and from a file, have the subscription of their transaction", async () => {
    await addTrigger(world, { event: "transaction_created", effects: [aReward({ percent: "10" })] });
    await drop("t1,u1,1000,2026-03-01,s1,Team", "t2,u1,1000,2026-03-01,,");
    const own = (await find("t1"))?.subscription_key;
    await world.drop(
      "rewards",
      lines(
        "key,partner_key,amount_in_cents,reward_description,target_type,target_key",
        "r1,ada,100,Bonus,transaction,t1",
        "r2,ada,100,Bonus,customer,u1",
        "r3,ada,100,Bonus,,",
      ),
    );
    expect(own).toMatch(/^sub_/);
    const bySubscription = world.stored(reward).map((one) => [one.transaction_key, one.source, one.subscription_key]);
    expect(new Set(bySubscription.map((told) => told.join()))).toEqual(
      new Set([",import,", `t1,import,${own}`, `t1,trigger,${own}`, "t2,trigger,"]),
    );
    await world.drop(
      "rewards",
      lines(
        "key,partner_key,amount_in_cents,reward_description,target_type,target_key",
        "r3,ada,100,Bonus,transaction,t1",
      ),
    );
    expect(await world.find("reward", "key", "r3")).toMatchObject({ subscription_key: own });
  });

  test("of the first transactions only, with subscriptions, are earned once in order", async () => {
    await addTrigger(world, {
      event: "transaction_created",
      effects: [aReward({ amount: 500, currency: "USD", first_transactions: 1 })],
    });
    const dropped = await drop(
      "t1,u1,1000,2026-03-01,s1,Team",
      "t2,u1,1000,2026-04-01,s1,Team",
      "t3,u2,1,2026-04-01,,Solo",
    );
    expect(short(dropped)).toEqual(["created", "created", "created"]);
    expect(new Set(world.stored(reward).map(({ transaction_key }) => transaction_key))).toEqual(new Set(["t1", "t3"]));
    expect(world.stored(reward)).toHaveLength(2);
    expect(await inShort("u1")).toEqual(["Team/s1 1000 x2 03-01..04-01 t2"]);
  });
});

describe("an import undone", () => {
  test("leaves no subscription whose transactions are gone, and the customer can go after it", async () => {
    await begin({ partRows: 2 });
    const customers = await world.drop("customers", lines("customer_key,email,partner_key", "n1,n1@x.io,ada"));
    const { job } = await drop(
      "t1,n1,1000,2026-03-01,s1,Team",
      "t2,n1,1,2026-04-01,s1,Solo",
      "t3,n1,5,2026-03-05,,Solo",
    );
    expect(await subscriptionsOf("n1")).toHaveLength(2);
    expect(await undo(job)).toEqual(["1 reversed", "2 reversed", "3 reversed"]);
    expect(await subscriptionsOf("n1")).toEqual([]);
    expect(await undo(customers.job)).toEqual(["1 reversed"]);
    expect(await world.find("customer", "customer_key", "n1")).toBeUndefined();
  });

  test("gives the subscriptions back as the other transactions tell them, also those that came since", async () => {
    await drop("t1,u1,1000,2026-03-01,s1,Team");
    const { job } = await drop(
      "t2,u1,2000,2026-05-01,s1,Business",
      "t1,u1,900,2026-03-01,s2,",
      "t3,u2,1,2026-03-01,,Solo",
    );
    await drop("t4,u1,3000,2026-04-01,s1,Starter");
    expect(await inShort("u1")).toEqual(["Team/s2 900 x1 03-01..03-01 t1", "Business/s1 2000 x2 04-01..05-01 t2"]);
    expect(await undo(job)).toEqual(["1 reversed", "2 reversed", "3 reversed"]);
    expect(await inShort("u1")).toEqual(["Starter/s1 3000 x2 03-01..04-01 t4"]);
    expect(await subscriptionsOf("u2")).toEqual([]);
    expect(await find("t1")).toMatchObject({ amount: 1000, subscription_plan: "Team" });
  });

  test("a customer of many payments, all taken back, stays with the reason, and without a subscription", async () => {
    const customers = await world.drop("customers", lines("customer_key,email,partner_key", "n1,n1@x.io,ada"));
    const { job } = await drop(
      ...Array.from({ length: 30 }, (_, at) => `t${at},n1,100,2026-03-${at < 9 ? 0 : ""}${at + 1},s1,Team`),
    );
    expect(new Set((await undo(job)).map((told) => told.split(" ")[1]))).toEqual(new Set(["reversed"]));
    expect(await undo(customers.job)).toEqual(["1 kept too_many_changes"]);
    expect(await subscriptionsOf("n1")).toEqual([]);
  });

  test("a customer's row goes back though payments have come since, which stay told of", async () => {
    const { job } = await world.drop("customers", lines("customer_key,email,partner_key,name", "u1,u1@x.io,bo,Uma"));
    await drop("t1,u1,1000,2026-03-01,s1,Team");
    expect(await undo(job)).toEqual(["1 reversed"]);
    expect(await world.find("customer", "customer_key", "u1")).toMatchObject({ name: null });
    expect(await inShort("u1")).toEqual(["Team/s1 1000 x1 03-01..03-01 t1"]);
  });

  test("a transaction that has been changed since stays, and so does what it tells", async () => {
    const { job } = await drop("t1,u1,1000,2026-03-01,s1,Team");
    await drop("t1,u1,1100,2026-03-01,s1,Team");
    expect(await undo(job)).toEqual(["1 kept changed_since"]);
    expect(await inShort("u1")).toEqual(["Team/s1 1100 x1 03-01..03-01 t1"]);
  });
});
