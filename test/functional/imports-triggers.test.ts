import { beforeEach, describe, expect, it, test } from "vitest";
import { composeMail } from "../../shared/mail/compose-mail.ts";
import { allowance } from "../../shared/records/allowance.ts";
import { group } from "../../shared/records/group.ts";
import { outgoingMail } from "../../shared/records/outgoing-mail.ts";
import { type Partnership, partnership } from "../../shared/records/partnership.ts";
import { reward } from "../../shared/records/reward.ts";
import type { Effect, Trigger } from "../../shared/records/trigger.ts";
import { effectReader } from "../../shared/imports/outcomes.ts";
import { createCountingTokens } from "../fakes/counting-tokens.ts";
import { createMemoryLinkSigner } from "../fakes/memory-link-signer.ts";
import { createImportWorld, foldOf, type ImportWorld, lines, short, shuffled } from "./imports-harness.ts";
import { addTrigger, aReward } from "./triggers.ts";

const PARTNERS = lines(
  "partner_first,partner_last,partner_email,partner_key,partner_group",
  "Ada,Lee,ada@x.io,ada,",
  "Bo,Ng,bo@x.io,bo,gold",
);
const CUSTOMERS = lines(
  "customer_key,email,partner_key,name",
  "u1,u1@x.io,ada,Uma",
  "u2,u2@x.io,bo,",
  "u3,u3@x.io,,Nobody's",
);

let world: ImportWorld;

beforeEach(async () => {
  world = await createImportWorld();
});

async function seeded(): Promise<void> {
  await world.drop("partners", PARTNERS);
  await world.drop("customers", CUSTOMERS);
}

const groupKey = (slug: string): string => world.stored(group).find((one) => one.slug === slug)?.key ?? "";
const partnerOf = async (key: string) => world.find("partnership", "partner_key", key);
const rewards = () =>
  world
    .stored(reward)
    .map(({ amount, currency, transaction_key }) => `${amount} ${currency} ${transaction_key}`)
    .toSorted();
const effectsOf = async (dropped: Awaited<ReturnType<ImportWorld["drop"]>>) =>
  (await effectReader(world.uploads)(dropped.job, { after: { row: 0, effect: 0 }, limit: 100 })).items;

const TRANSACTIONS = "key,customer_key,amount_in_cents,currency,product_key";

describe("a transaction", () => {
  test("earns a share of it, with the record, the totals, the counts and the list of effects", async () => {
    await seeded();
    const trigger = await addTrigger(world, {
      event: "transaction_created",
      effects: [aReward({ percent: "12.5", hold_days: 30, description: "{partnership.first_name} sold {amount}" })],
    });
    const dropped = await world.drop("transactions", lines(TRANSACTIONS, "t1,u1,1004,EUR,", "t2,u3,1000,,"));
    expect(short(dropped)).toEqual(["created", "created"]);
    const ada = await partnerOf("ada");
    // 12.5 % of 10.04 is 1.255: half a cent rounds up; a customer without a partner earns nobody anything.
    expect(world.stored(reward)).toEqual([
      expect.objectContaining({
        amount: 126,
        currency: "EUR",
        amount_usd: 137,
        partnership_key: ada?.key,
        customer_key: (await world.find("customer", "customer_key", "u1"))?.key,
        transaction_key: "t1",
        trigger_key: trigger.key,
        source: "trigger",
        reward_status: "pending",
        description: "Ada sold 10.04 EUR",
        created_at: dropped.job.created_at,
        ready_at: dropped.job.created_at + 30 * 86_400_000,
      }),
    ]);
    expect(dropped.job).toMatchObject({
      effects: { rewards: 1, mails: 0, moves: 0 },
      reward_amounts: { EUR: 126 },
    });
    expect(await effectsOf(dropped)).toEqual([
      expect.objectContaining({ key: "1.1", row: 1, effect: "reward", trigger_key: trigger.key, amount: 126 }),
    ]);
    expect(await world.totals(ada?.key ?? "")).toEqual(foldOf(world).get(ada?.key ?? ""));
  });

  test("earns once, however often its file comes and however it is delivered", async () => {
    await seeded();
    await addTrigger(world, { event: "transaction_created", effects: [aReward({ amount: 500 })] });
    const file = lines(TRANSACTIONS, "t1,u1,1000,,", "t2,u2,2000,,", "t1,u1,1000,,");
    await world.drop("transactions", file, { deliveries: shuffled(7) });
    const first = rewards();
    const again = await world.drop("transactions", file, { deliveries: shuffled(8) });
    expect(short(again)).toEqual(["unchanged", "unchanged", "unchanged"]);
    expect(again.job.effects).toEqual({ rewards: 0, mails: 0, moves: 0 });
    // A changed transaction is no new one.
    expect(short(await world.drop("transactions", lines(TRANSACTIONS, "t1,u1,9000,,")))).toEqual(["updated"]);
    expect(rewards()).toEqual(first);
    expect(first).toEqual(["500 USD t1", "500 USD t2"]);
  });

  interface Case {
    readonly what: string;
    readonly effect: Partial<Extract<Effect, { type: "reward" }>>;
    readonly rows: readonly string[];
    readonly earned: readonly string[];
  }
  const cases: Case[] = [
    { what: "a flat reward", effect: { amount: 500, currency: "EUR" }, rows: ["a,u1,1,,"], earned: ["500 EUR a"] },
    { what: "no flat reward for a refund", effect: { amount: 500 }, rows: ["a,u1,-100,,", "b,u1,0,,"], earned: [] },
    { what: "a share taken back by a refund", effect: { percent: "10" }, rows: ["a,u1,-105,,"], earned: ["-11 USD a"] },
    { what: "nothing of nothing", effect: { percent: "10" }, rows: ["a,u1,0,,", "b,u1,4,,"], earned: [] },
    {
      what: "products of their own",
      effect: {
        percent: "10",
        products: [
          { product_key: "team", amount: 700, percent: null },
          { product_key: "solo", amount: null, percent: "50" },
        ],
      },
      rows: ["a,u1,1000,,team", "b,u1,1000,,solo", "c,u1,1000,,other", "d,u1,1000,,"],
      earned: ["100 USD c", "100 USD d", "500 USD b", "700 USD a"],
    },
    {
      what: "only certain products",
      effect: { products: [{ product_key: "team", amount: null, percent: "10" }] },
      rows: ["a,u1,1000,,team", "b,u1,1000,,"],
      earned: ["100 USD a"],
    },
    {
      what: "the first two transactions of each customer, refunds apart",
      effect: { amount: 100, first_transactions: 2 },
      rows: ["a,u1,10,,", "b,u1,-10,,", "c,u2,10,,", "d,u1,10,,", "e,u1,10,,", "f,u2,10,,", "g,u2,10,,"],
      earned: ["100 USD a", "100 USD c", "100 USD d", "100 USD f"],
    },
    {
      what: "at most so much a reward",
      effect: { percent: "50", cap: { amount: 100, per: "reward" } },
      rows: ["a,u1,1000,,", "b,u1,150,,"],
      earned: ["100 USD a", "75 USD b"],
    },
    {
      what: "at most so much a customer",
      effect: { percent: "50", cap: { amount: 120, per: "customer" } },
      rows: ["a,u1,200,,", "b,u1,200,,", "c,u1,200,,", "d,u2,200,,"],
      earned: ["100 USD a", "100 USD d", "20 USD b"],
    },
    {
      what: "at most so much a partner, which a refund frees again",
      effect: { percent: "100", cap: { amount: 100, per: "partnership" } },
      rows: ["a,u1,80,,", "b,u1,80,,", "c,u1,-30,,", "d,u1,50,,"],
      earned: ["-30 USD c", "20 USD b", "30 USD d", "80 USD a"],
    },
    {
      what: "no more taken back by a refund than was given",
      effect: { percent: "100", cap: { amount: 100, per: "partnership" } },
      rows: ["a,u1,30,,", "b,u1,-80,,", "c,u1,-80,,"],
      earned: ["-30 USD b", "30 USD a"],
    },
    {
      what: "a cap in another currency, at the program's rates",
      effect: { percent: "100", currency: "USD", cap: { amount: 1084, per: "reward" } },
      rows: ["a,u1,5000,EUR,"],
      earned: ["999 EUR a"],
    },
    {
      what: "nothing where the cap has no rate",
      effect: { percent: "100", cap: { amount: 10, per: "reward" } },
      rows: ["a,u1,5000,CHF,"],
      earned: [],
    },
  ];
  it.each(cases)("can earn $what", async ({ effect, rows, earned }) => {
    await seeded();
    await addTrigger(world, { event: "transaction_created", effects: [aReward(effect)] });
    await world.drop("transactions", lines(TRANSACTIONS, ...rows));
    expect(rewards()).toEqual([...earned].toSorted());
  });

  test("rows of one customer, each of which waits for the one before, are not read over and over", async () => {
    await seeded();
    await addTrigger(world, {
      event: "transaction_created",
      effects: [aReward({ amount: 100, first_transactions: 2 })],
    });
    const before = world.table.units.read;
    const rows = Array.from({ length: 200 }, (_, at) => `t${at},u1,10,,`);
    expect(short(await world.drop("transactions", lines(TRANSACTIONS, ...rows)))).toEqual(rows.map(() => "created"));
    expect((world.table.units.read - before) / rows.length).toBeLessThan(5);
  });

  test("the first transactions are the customer's, not the trigger's", async () => {
    await seeded();
    await world.drop("transactions", lines(TRANSACTIONS, "old,u1,10,,"), { folder: "disable-triggers/" });
    await addTrigger(world, {
      event: "transaction_created",
      effects: [aReward({ amount: 100, first_transactions: 1 })],
    });
    await world.drop("transactions", lines(TRANSACTIONS, "new,u1,10,,", "other,u2,10,,"));
    expect(rewards()).toEqual(["100 USD other"]);
  });

  test("earns nothing where triggers are disabled, switched off or archived", async () => {
    await seeded();
    await addTrigger(world, { event: "transaction_created", effects: [aReward({ amount: 1 })], active: false });
    await addTrigger(world, { event: "transaction_created", effects: [aReward({ amount: 2 })], archived: true });
    await addTrigger(world, { event: "transaction_created", effects: [aReward({ amount: 3 })] });
    await world.drop("transactions", lines(TRANSACTIONS, "a,u1,10,,"), { folder: "disable-triggers/" });
    await world.drop("transactions", lines(TRANSACTIONS, "b,u1,10,,"));
    expect(rewards()).toEqual(["3 USD b"]);
  });
});

describe("more effects than can be written together", () => {
  const many = <T>(count: number, one: () => T): T[] => Array.from({ length: count }, one);
  const capped = (): Effect => aReward({ amount: 1, cap: { amount: 5, per: "partnership" } });
  const long: Effect = {
    type: "send_mail",
    to: "partner",
    subject: "Long",
    text: "{partnership.last_name}".repeat(200),
  };
  const cases: readonly [what: string, effects: readonly Effect[][]][] = [
    ["capped rewards", many(4, () => many(10, capped))],
    ["long mails", many(2, () => many(10, () => long))],
  ];
  it.each(cases)("cost the row, and no other one: %s", async (_, triggers) => {
    await world.drop("partners", PARTNERS.replace("Lee", "Ł".repeat(50)));
    await world.drop("customers", CUSTOMERS);
    const isTeam: Trigger["conditions"] = {
      match: "all",
      rules: [{ field: "transaction.product_key", op: "is", value: "team" }],
    };
    for (const effects of triggers)
      await addTrigger(world, { event: "transaction_created", conditions: isTeam, effects });
    const file = lines(TRANSACTIONS, "a,u1,10,,", "b,u1,10,,team", "c,u1,10,,");
    const dry = await world.drop("transactions", file, { folder: "dry-run/" });
    expect(short(dry)).toEqual(["created", "failed too_many_effects", "created"]);
    expect(short(await world.drop("transactions", file))).toEqual(short(dry));
    expect([...world.stored(reward), ...world.stored(outgoingMail)]).toEqual([]);
  });

  test("as many as can be are written", async () => {
    await seeded();
    const effects = many(10, () => aReward({ amount: 1 }));
    for (let of = 0; of < 2; of++) await addTrigger(world, { event: "transaction_created", effects });
    expect(short(await world.drop("transactions", lines(TRANSACTIONS, "a,u1,10,,")))).toEqual(["created"]);
    expect(world.stored(reward)).toHaveLength(20);
  });
});

describe("conditions", () => {
  type Rules = Trigger["conditions"];
  const all = (...rules: Rules["rules"]): Rules => ({ match: "all", rules });
  const cases: readonly [what: string, conditions: (gold: string) => Rules, earned: readonly string[]][] = [
    ["none", () => all(), ["a", "b"]],
    ["a group", (gold) => all({ field: "partnership.group_key", op: "is", value: gold }), ["b"]],
    ["not a group", (gold) => all({ field: "partnership.group_key", op: "is_not", value: gold }), ["a"]],
    ["an amount", () => all({ field: "transaction.amount", op: "at_least", value: 500 }), ["b"]],
    ["at most", () => all({ field: "transaction.amount", op: "at_most", value: 499 }), ["a"]],
    ["one of", () => all({ field: "transaction.product_key", op: "in", value: ["Team", "x"] }), ["a"]],
    ["none of", () => all({ field: "transaction.product_key", op: "not_in", value: ["team"] }), ["b"]],
    ["a customer's name", () => all({ field: "customer.name", op: "is_set", value: true }), ["a"]],
    ["no name", () => all({ field: "customer.name", op: "is_set", value: false }), ["b"]],
    ["part of a text", () => all({ field: "customer.email", op: "contains", value: "U2@" }), ["b"]],
    [
      "any of some",
      () => ({
        match: "any",
        rules: [
          { field: "transaction.amount", op: "at_least", value: 500 },
          { field: "transaction.product_key", op: "is", value: "team" },
        ],
      }),
      ["a", "b"],
    ],
    [
      "all of some, one of them any",
      (gold) =>
        all(
          { field: "partnership.group_key", op: "is", value: gold },
          {
            match: "any",
            rules: [
              { field: "transaction.amount", op: "at_most", value: 1 },
              { field: "transaction.product_key", op: "is", value: "team" },
            ],
          },
        ),
      [],
    ],
  ];
  it.each(cases)("%s", async (_, conditions, earned) => {
    await seeded();
    const rules = conditions(groupKey("gold"));
    await addTrigger(world, { event: "transaction_created", conditions: rules, effects: [aReward({ amount: 1 })] });
    await world.drop("transactions", lines(TRANSACTIONS, "a,u1,100,,team", "b,u2,500,,"));
    expect(rewards()).toEqual(earned.map((key) => `1 USD ${key}`));
  });
});

describe("moves", () => {
  test("a move is seen by later triggers, is an event itself, and happens once", async () => {
    await seeded();
    const gold = groupKey("gold");
    await addTrigger(world, {
      event: "transaction_created",
      position: 1,
      conditions: { match: "all", rules: [{ field: "transaction.amount", op: "at_least", value: 1000 }] },
      effects: [{ type: "move_group", group_key: gold }],
    });
    await addTrigger(world, {
      event: "transaction_created",
      position: 2,
      conditions: { match: "all", rules: [{ field: "partnership.group_key", op: "is", value: gold }] },
      effects: [aReward({ amount: 7 })],
    });
    await addTrigger(world, { event: "partner_moved", position: 3, effects: [aReward({ amount: 1000 })] });
    const file = lines(TRANSACTIONS, "a,u1,10,,", "b,u1,1000,,", "c,u1,10,,", "d,u1,5000,,");
    const dropped = await world.drop("transactions", file, { deliveries: shuffled(3) });
    expect(rewards()).toEqual(["1000 USD b", "7 USD b", "7 USD c", "7 USD d"]);
    const ada = await partnerOf("ada");
    expect(ada).toMatchObject({ group_key: gold, group_joined_at: dropped.job.created_at });
    expect(dropped.job.effects).toEqual({ rewards: 4, mails: 0, moves: 1 });
    expect(await world.totals(ada?.key ?? "")).toEqual(foldOf(world).get(ada?.key ?? ""));
  });

  test("partners that an import creates or moves", async () => {
    const gold = groupKey("gold");
    await addTrigger(world, { event: "partner_joined", effects: [aReward({ amount: 5 })] });
    await addTrigger(world, {
      event: "partner_moved",
      conditions: { match: "all", rules: [{ field: "partnership.group_key", op: "is", value: gold }] },
      effects: [aReward({ amount: 50 })],
    });
    await world.drop("partners", PARTNERS);
    const head = "partner_first,partner_last,partner_email,partner_group";
    const moved = await world.drop("partners", lines(head, "Ada,Lee,ada@x.io,gold", "Bo,Ng,bo@x.io,gold"));
    expect(short(moved)).toEqual(["updated", "unchanged"]);
    expect(world.stored(reward).map(({ amount }) => amount)).toEqual([5, 5, 50]);
    expect(moved.job.effects).toEqual({ rewards: 1, mails: 0, moves: 0 });
  });

  test("rows behind a move are held against the new group's statuses", async () => {
    const gold = { name: "Gold", slug: "gold", lead_statuses: [{ name: "open" }, { name: "vip" }] };
    world = await createImportWorld({ program: { groups: [{ name: "Affiliates", default: true }, gold] } });
    await world.drop("partners", PARTNERS.replace("bo,gold", "bo,"));
    await addTrigger(world, {
      event: "lead_status",
      conditions: { match: "all", rules: [{ field: "lead.status", op: "is", value: "closed won" }] },
      effects: [{ type: "move_group", group_key: groupKey("gold") }],
    });
    const head = "first_name,last_name,email,company,partner_key,status";
    const rows = ["ada,vip", "ada,closed won", "ada,vip", "bo,vip", "ada,closed won"];
    const file = lines(head, ...rows.map((end, at) => `Li,Wu,li${at}@x.io,Wu Inc,${end}`));
    const dropped = await world.drop("leads", file);
    expect(short(dropped)).toEqual([
      "failed bad_status",
      "created",
      "created",
      "failed bad_status",
      "failed bad_status",
    ]);
  });

  test("two triggers that move back and forth end after one round", async () => {
    const [gold, affiliates] = [groupKey("gold"), groupKey("affiliates")];
    await addTrigger(world, { event: "partner_joined", effects: [{ type: "move_group", group_key: gold }] });
    await addTrigger(world, { event: "partner_moved", effects: [{ type: "move_group", group_key: affiliates }] });
    await addTrigger(world, { event: "partner_moved", effects: [{ type: "move_group", group_key: gold }] });
    const dropped = await world.drop("partners", PARTNERS);
    expect(short(dropped)).toEqual(["created", "created"]);
    expect(world.stored(partnership).map(({ group_key }) => group_key)).toEqual([gold, gold]);
  });
});

describe("customers, leads and deals", () => {
  test("a customer earns its partner a reward", async () => {
    await world.drop("partners", PARTNERS);
    await addTrigger(world, { event: "customer_created", effects: [aReward({ amount: 5 })] });
    const dropped = await world.drop("customers", CUSTOMERS);
    expect(dropped.job.effects.rewards).toBe(2);
    await world.drop("customers", CUSTOMERS.replace("Uma", "Una"));
    expect(world.stored(reward)).toHaveLength(2);
  });

  test("a lead that reaches a status, and a deal that reaches a stage, by creation or change", async () => {
    await world.drop("partners", PARTNERS);
    const closed = (field: string, value: string): Trigger["conditions"] => ({
      match: "all",
      rules: [{ field, op: "is", value }],
    });
    await addTrigger(world, {
      event: "lead_status",
      conditions: closed("lead.status", "closed won"),
      effects: [aReward({ amount: 5 })],
    });
    await addTrigger(world, {
      event: "deal_stage",
      conditions: closed("deal.stage", "closed won"),
      effects: [aReward({ percent: "10" })],
    });
    const lead = (status: string) =>
      lines("key,first_name,last_name,email,company,partner_key,status", `l1,Li,Wu,li@x.io,Wu Inc,ada,${status}`);
    const deal = (stage: string, amount: number) =>
      lines("key,amount,close date,partner_key,stage", `d1,${amount},2026-03-31,bo,${stage}`);
    await world.drop("leads", lead("open"));
    await world.drop("deals", deal("working", 1000));
    expect(world.stored(reward)).toEqual([]);
    expect(short(await world.drop("leads", lead("closed won")))).toEqual(["updated"]);
    expect(short(await world.drop("deals", deal("Closed Won", 2000)))).toEqual(["updated"]);
    await world.drop("deals", deal("Closed Won", 3000));
    expect(world.stored(reward).map(({ amount }) => amount)).toEqual([5, 200]);
  });
});

describe("mails", () => {
  test("triggers write mails, sent through the outbox", async () => {
    await seeded();
    await addTrigger(world, {
      event: "transaction_created",
      effects: [
        {
          type: "send_mail",
          to: "partner",
          subject: "{customer.name} bought",
          text: "Hello {partnership.first_name},\n\n{amount} at {program.name}.",
        },
        { type: "send_mail", to: "admin", subject: "Sold", text: "{transaction.key}" },
      ],
    });
    const dropped = await world.drop("transactions", lines(TRANSACTIONS, "t1,u1,1234,EUR,"), {
      deliveries: shuffled(2),
    });
    expect(dropped.job.effects).toEqual({ rewards: 0, mails: 2, moves: 0 });
    const asked = new Set(dropped.mails.filter(({ mail }) => mail === "outgoing").map((one) => JSON.stringify(one)));
    expect(asked.size).toBe(2);
    const written = await Promise.all(
      [...asked].map((one) =>
        composeMail(
          {
            ...world,
            bundleLinks: createMemoryLinkSigner(),
            reportLinks: createMemoryLinkSigner(),
            randomToken: createCountingTokens(),
          },
          JSON.parse(one),
        ),
      ),
    );
    expect(written.map((one) => one.mail).toSorted((a, b) => ((a?.to ?? "") < (b?.to ?? "") ? -1 : 1))).toEqual([
      expect.objectContaining({ to: "ada@x.io", subject: "Uma bought", text: "Hello Ada,\n\n12.34 EUR at Acme.\n" }),
      expect.objectContaining({ to: "owner@acme.example", subject: "Sold", text: "t1\n" }),
    ]);
  });

  test("new partners are invited where the import says so, also with triggers disabled", async () => {
    const head = "partner_first,partner_last,partner_email,partner_key,partner_group\n";
    await world.drop("partners", `${head}Ada,Lee,ada@x.io,ada,\n`);
    const dropped = await world.drop("partners", PARTNERS, { folder: "send-invites/disable-triggers/" });
    expect(short(dropped)).toEqual(["unchanged", "created"]);
    expect(world.stored(outgoingMail)).toEqual([
      expect.objectContaining({ to: "bo@x.io", reason: "invitation", subject: expect.stringMatching(/Acme/) }),
    ]);
    expect(dropped.job.effects).toEqual({ rewards: 0, mails: 1, moves: 0 });
    expect(await effectsOf(dropped)).toEqual([
      expect.objectContaining({ row: 2, effect: "invite", trigger_key: null }),
    ]);
  });
});

test("who has left the program earns nothing", async () => {
  await seeded();
  await addTrigger(world, { event: "transaction_created", effects: [aReward({ amount: 5 })] });
  const [before] = await world.ledger.find(partnership, "acme", "partner_key", ["ada"]);
  if (before === undefined) throw new Error("no partner");
  const after: Partnership = { ...before.record, archived: true };
  await world.ledger.commit({ mark: "archive", changes: [{ declaration: partnership, before, after }] });
  await world.drop("transactions", lines(TRANSACTIONS, "a,u1,10,,", "b,u2,10,,"));
  expect(rewards()).toEqual(["5 USD b"]);
  expect(world.stored(allowance)).toEqual([]);
});

test("two imports at once pay for the first transactions once", async () => {
  await seeded();
  await addTrigger(world, { event: "transaction_created", effects: [aReward({ amount: 100, first_transactions: 2 })] });
  const files = ["a", "b", "c"].map((name) =>
    world.put(
      `imports/acme/transactions/${name}.csv`,
      lines(TRANSACTIONS, `${name}1,u1,10,,`, `${name}2,u1,10,,`, `${name}3,u2,10,,`),
    ),
  );
  for (const file of files) await world.open(file);
  await world.drain({ next: () => 0, again: () => false, workers: () => 3 });
  expect(world.stored(reward).map(({ amount }) => amount)).toEqual([100, 100, 100, 100]);
});

test("a transaction that goes to another customer in the file is none of the first one's", async () => {
  world = await createImportWorld({ waveRows: 3 });
  await seeded();
  const products = [{ product_key: "team", amount: 1, percent: null }];
  await addTrigger(world, { event: "transaction_created", effects: [aReward({ products, first_transactions: 3 })] });
  await world.drop("transactions", lines(TRANSACTIONS, "t1,u2,100,,", "t2,u2,100,,"));
  await world.drop("transactions", lines(TRANSACTIONS, "t3,u2,100,,", "t3,u1,100,,", "t4,u2,100,,team"));
  expect(rewards()).toEqual(["1 USD t4"]);
});
