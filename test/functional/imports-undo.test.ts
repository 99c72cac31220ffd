import { beforeEach, describe, expect, it, test } from "vitest";
import type { Principal } from "../../shared/access/principal.ts";
import { undoImport } from "../../shared/imports/undo-import.ts";
import { undoneReader } from "../../shared/imports/undone-rows.ts";
import { group } from "../../shared/records/group.ts";
import { type ImportJob, importJob } from "../../shared/records/import-job.ts";
import { partnership } from "../../shared/records/partnership.ts";
import { type Reward, reward } from "../../shared/records/reward.ts";
import { transaction } from "../../shared/records/transaction.ts";
import { createImportWorld, foldOf, type ImportWorld, lines, short, shuffled } from "./imports-harness.ts";
import { recordsOf } from "./imports-property.ts";
import { addTrigger, aReward } from "./triggers.ts";

const ADA: Principal = { program: "acme", kind: "teammate", id: "owner@acme.example", permissions: [], test: false };
const PARTNERS = lines(
  "partner_first,partner_last,partner_email,partner_key,partner_group",
  "Ada,Lee,ada@x.io,ada,",
  "Bo,Ng,bo@x.io,bo,gold",
);
const CUSTOMERS = lines("customer_key,email,partner_key,name", "u1,u1@x.io,ada,Uma", "u2,u2@x.io,bo,");
const TRANSACTIONS = "key,customer_key,amount_in_cents,currency,product_key,created_at";

let world: ImportWorld;

beforeEach(async () => {
  world = await createImportWorld({ partRows: 3 });
});

async function undo(job: ImportJob, seed?: number) {
  world.clock.advance(1000);
  const [stored] = await world.ledger.read(importJob, [importJob.place(job)]);
  if (stored === undefined) throw new Error("no job");
  await undoImport({ ...world, ledger: world.ledger, imports: world.ports.imports }, ADA, stored.record);
  await world.drain(seed === undefined ? undefined : shuffled(seed));
  const [now] = await world.ledger.read(importJob, [importJob.place(job)]);
  const page = await undoneReader(world.uploads)(job, { after: 0, limit: 1000 });
  return { undo: now?.record.undo, rows: page?.items ?? [] };
}

const results = ({ rows }: Awaited<ReturnType<typeof undo>>) =>
  rows.map(({ row, result, code }) => (code === null ? `${row} ${result}` : `${row} ${result} ${code}`));

async function state() {
  const totals = [];
  for (const { key, email } of world.stored(partnership)) {
    const sums = Object.entries(await world.totals(key)).filter(([, sum]) => sum !== 0);
    expect(Object.fromEntries(sums)).toEqual(foldOf(world).get(key) ?? {});
    totals.push([email, Object.fromEntries(sums)]);
  }
  return { records: recordsOf(world), totals };
}

describe("an import undone", () => {
  const before = lines(TRANSACTIONS, "t1,u1,100,EUR,solo,2026-01-01", "t2,u2,200,,,");
  const files: readonly (readonly [what: string, type: string, text: string])[] = [
    [
      "partners created, moved and renamed",
      "partners",
      lines(
        "partner_first,partner_last,partner_email,partner_key,partner_group",
        "Cy,Oz,cy@x.io,cy,",
        "Ada,Leigh,ada@x.io,ada2,gold",
        "Bo,Ng,bob@x.io,bo,",
        "Di,Po,bo@x.io,,",
        "Cy,Ozz,cy@x.io,,gold",
      ),
    ],
    [
      "customers created, moved, with addresses that change hands",
      "customers",
      lines(
        "customer_key,email,partner_key,provider_key",
        "u3,u3@x.io,ada,p3",
        "u1,one@x.io,bo,p1",
        "u4,u1@x.io,,",
        "u2,u2@x.io,ada,",
        "u4,u1@x.io,bo,",
        "u1,uno@x.io,ada,",
      ),
    ],
    [
      "transactions created and changed, some by several rows",
      "transactions",
      lines(
        TRANSACTIONS,
        "t3,u1,300,,,2026-02-01",
        "t1,u2,900,USD,team,2026-02-02",
        ",u2,5,,,",
        "t3,u2,301,,,",
        "t3,u1,302,,,2026-02-01",
      ),
    ],
    [
      "rewards",
      "rewards",
      lines(
        "partner_key,amount_in_cents,reward_description,target_type,target_key",
        "ada,100,Bonus,,",
        "ada,200,For it,transaction,t1",
      ),
    ],
    [
      "leads and deals",
      "leads",
      lines(
        "key,first_name,last_name,email,company,partner_key,status",
        "l1,Li,Wu,li@x.io,Wu Inc,ada,open",
        "l1,Li,Wu,li@x.io,Wu Inc,ada,closed",
      ),
    ],
  ];
  it.each(files)("leaves everything as it was: %s", async (_, type, text) => {
    await world.drop("partners", PARTNERS);
    await world.drop("customers", CUSTOMERS);
    await world.drop("transactions", before);
    const was = await state();
    const dropped = await world.drop(type, text);
    expect(short(dropped).every((one) => one === "created" || one === "updated")).toBe(true);
    expect(await state()).not.toEqual(was);
    const undone = await undo(dropped.job, 5);
    expect(results(undone)).toEqual(dropped.outcomes.map(({ row }) => `${row} reversed`));
    expect(undone.undo).toMatchObject({
      status: "completed",
      requested_by: ADA.id,
      reversed: dropped.outcomes.length,
      kept: 0,
      not_reversible: 0,
    });
    expect(await state()).toEqual(was);
    // The file may come again, and comes to the same.
    const again = await world.drop(type, text, { name: "again.csv" });
    expect(short(again)).toEqual(short(dropped));
    await undo(again.job);
    expect(await state()).toEqual(was);
  });

  test("takes back what triggers did, and what they counted", async () => {
    await world.drop("partners", PARTNERS);
    await world.drop("customers", CUSTOMERS);
    const gold = world.stored(group).find(({ slug }) => slug === "gold")?.key ?? "";
    await addTrigger(world, {
      event: "transaction_created",
      effects: [
        aReward({ amount: 100, first_transactions: 1 }),
        aReward({ percent: "50", cap: { amount: 120, per: "partnership" } }),
        { type: "move_group", group_key: gold },
      ],
    });
    const was = await state();
    const file = lines(TRANSACTIONS, "t1,u1,200,,,", "t2,u1,200,,,", "t3,u2,10,,,");
    const dropped = await world.drop("transactions", file);
    const earned = world
      .stored(reward)
      .map(({ amount }) => amount)
      .toSorted((a, b) => a - b);
    expect(earned).toEqual([5, 20, 100, 100, 100]);
    expect(results(await undo(dropped.job))).toEqual(["1 reversed", "2 reversed", "3 reversed"]);
    expect(await state()).toEqual(was);
    const again = await world.drop("transactions", file, { name: "again.csv" });
    expect(again.job.effects).toEqual(dropped.job.effects);
    expect(
      world
        .stored(reward)
        .map(({ amount }) => amount)
        .toSorted((a, b) => a - b),
    ).toEqual(earned);
  });

  async function payRewardFor(transactionKey: string): Promise<void> {
    const key = world.stored(reward).find((one) => one.transaction_key === transactionKey)?.key ?? "";
    const [found] = await world.ledger.find(reward, "acme", "key", [key]);
    if (found === undefined) throw new Error("no reward");
    const after: Reward = { ...found.record, reward_status: "paid" };
    await world.ledger.commit({ mark: "somebody", changes: [{ declaration: reward, before: found, after }] });
  }

  test("keeps what was changed, paid or used since, with the reason", async () => {
    const partners = await world.drop("partners", PARTNERS);
    const customers = await world.drop("customers", CUSTOMERS);
    await addTrigger(world, { event: "transaction_created", effects: [aReward({ amount: 7 })] });
    const sold = await world.drop(
      "transactions",
      lines(TRANSACTIONS, "t1,u1,200,,,", "t2,u2,200,,,", "t3,u2,1,,,", "t4,u1,1,,,"),
    );
    expect(results(await undo(partners.job))).toEqual(["1 kept used_since", "2 kept used_since"]);
    expect(results(await undo(customers.job))).toEqual(["1 kept used_since", "2 kept used_since"]);
    await payRewardFor("t1");
    await world.drop("transactions", lines(TRANSACTIONS, "t3,u2,2,,,"));
    const bonus = "partner_key,amount_in_cents,reward_description,target_type,target_key";
    await world.drop("rewards", lines(bonus, "bo,200,For it,transaction,t2"));
    const was = await state();
    expect(results(await undo(sold.job))).toEqual([
      "1 kept reward_changed",
      "2 kept used_since",
      "3 kept changed_since",
      "4 reversed",
    ]);
    const now = await state();
    expect(now.records.transactions).toEqual(was.records.transactions.filter(({ key }) => key !== "t4"));
    expect(now.records.rewards).toEqual(was.records.rewards.filter(({ transaction: of }) => of !== "t4"));
  });

  test("an export's instant before the removal still has what was removed", async () => {
    await world.drop("partners", PARTNERS);
    await world.drop("customers", CUSTOMERS);
    const sold = await world.drop("transactions", lines(TRANSACTIONS, "t1,u1,200,,,", "t1,u2,300,,,"));
    const at = world.clock();
    await undo(sold.job);
    const ada = await world.find("partnership", "partner_key", "bo");
    const query = { pk: `acme/partnership/${ada?.key}` };
    const seenAt = async (instant: number) => {
      const seen = [];
      for await (const page of world.ledger.collectionAsOf([transaction], query, instant)) seen.push(...page);
      return seen.map(({ record }) => record.key);
    };
    expect(await seenAt(at)).toEqual(["t1"]);
    expect(await seenAt(world.clock())).toEqual([]);
    expect(await world.ledger.findAsOf(transaction, "acme", ["t1"], at)).toMatchObject([{ amount: 300 }]);
    expect(await world.ledger.findAsOf(transaction, "acme", ["t1"], world.clock())).toEqual([undefined]);
  });

  test("removed partners are in the directory of an instant before", async () => {
    const dropped = await world.drop("partners", PARTNERS);
    const at = world.clock();
    await undo(dropped.job);
    const keysAt = async (instant: number) => {
      const keys = [];
      for await (const { key } of world.ledger.directory("acme", instant)) keys.push(key);
      return keys;
    };
    expect(await keysAt(at)).toHaveLength(2);
    expect(await keysAt(world.clock())).toEqual([]);
  });
});

describe("an undone import leaves nothing in the way of the next:", () => {
  const keys = (...rows: readonly string[]) => lines("partner_first,partner_last,partner_email,partner_key", ...rows);

  test("a key that a partner had taken in between is free again", async () => {
    const file = keys("Ada,Lee,ada@x.io,k1", "Ada,Lee,ada@x.io,k2");
    const dropped = await world.drop("partners", file);
    expect(results(await undo(dropped.job))).toEqual(["1 reversed", "2 reversed"]);
    expect(short(await world.drop("partners", keys("Bo,Ng,bo@x.io,k2", "Cy,Oz,cy@x.io,k1")))).toEqual([
      "created",
      "created",
    ]);
  });

  test("a key that only the undone change had given is free again, and an earlier one leads on", async () => {
    await world.drop("partners", keys("Ada,Lee,ada@x.io,k1"));
    await world.drop("partners", keys("Ada,Lee,ada@x.io,k2"));
    const dropped = await world.drop("partners", keys("Ada,Lee,ada@x.io,k3"));
    expect(results(await undo(dropped.job))).toEqual(["1 reversed"]);
    const ada = await world.find("partnership", "email", "ada@x.io");
    expect(ada?.partner_key).toBe("k2");
    expect((await world.find("partnership", "partner_key", "k1"))?.key).toBe(ada?.key);
    expect(short(await world.drop("partners", keys("Bo,Ng,bo@x.io,k3")))).toEqual(["created"]);
  });

  test("a customer stays while a transaction hangs on it under another partner", async () => {
    await world.drop("partners", PARTNERS);
    const created = await world.drop("customers", lines("customer_key,email,partner_key", "u1,u1@x.io,ada"));
    const moved = await world.drop("customers", lines("customer_key,email,partner_key", "u1,u1@x.io,bo"));
    await world.drop("transactions", lines(TRANSACTIONS, "t1,u1,100,,,"));
    expect(results(await undo(moved.job))).toEqual(["1 reversed"]);
    expect(results(await undo(created.job))).toEqual(["1 kept used_since"]);
    // And what it has paid there still counts as its first.
    await addTrigger(world, {
      event: "transaction_created",
      effects: [aReward({ amount: 1, first_transactions: 1 })],
    });
    await world.drop("transactions", lines(TRANSACTIONS, "t2,u1,100,,,"));
    expect(world.stored(reward)).toEqual([]);
  });

  test("nothing goes back to a partner who is not there any more", async () => {
    const joined = await world.drop("partners", keys("Ada,Lee,ada@x.io,ada"));
    await world.drop("partners", keys("Bo,Ng,bo@x.io,bo"));
    const head = "customer_key,email,partner_key";
    await world.drop("customers", lines(head, "u1,u1@x.io,bo"));
    await world.drop("customers", lines(head, "u1,u1@x.io,ada"));
    const moved = await world.drop("customers", lines(head, "u1,u1@x.io,bo"));
    expect(results(await undo(joined.job))).toEqual(["1 reversed"]);
    expect(results(await undo(moved.job))).toEqual(["1 kept owner_gone"]);
    expect((await world.find("customer", "customer_key", "u1"))?.partnership_key).toBe(
      (await world.find("partnership", "partner_key", "bo"))?.key,
    );
  });

  test("several moves of one partner go back one after the other", async () => {
    world = await createImportWorld({
      partRows: 3,
      program: {
        groups: [
          { name: "Affiliates", slug: "affiliates", default: true },
          { name: "Gold", slug: "gold" },
          { name: "Platinum", slug: "platinum" },
        ],
      },
    });
    await world.drop("partners", PARTNERS);
    await world.drop("customers", CUSTOMERS);
    const keyOf = (slug: string) => world.stored(group).find((one) => one.slug === slug)?.key ?? "";
    for (const [product, slug] of [
      ["g", "gold"],
      ["p", "platinum"],
    ] as const) {
      await addTrigger(world, {
        event: "transaction_created",
        conditions: { match: "all", rules: [{ field: "transaction.product_key", op: "is", value: product }] },
        effects: [{ type: "move_group", group_key: keyOf(slug) }],
      });
    }
    const dropped = await world.drop("transactions", lines(TRANSACTIONS, "t1,u1,1,,g,", "t2,u1,1,,p,", "t3,u1,1,,g,"));
    expect(dropped.job.effects.moves).toBe(3);
    expect(results(await undo(dropped.job, 9))).toEqual(["1 reversed", "2 reversed", "3 reversed"]);
    expect((await world.find("partnership", "partner_key", "ada"))?.group_key).toBe(keyOf("affiliates"));
  });

  test("a record that many rows have changed goes back in one go", async () => {
    await world.drop("partners", PARTNERS);
    await world.drop("customers", CUSTOMERS);
    await world.drop("transactions", lines(TRANSACTIONS, "t1,u1,1,,,2026-01-01"));
    const was = await state();
    world = await createImportWorld({ items: world.table.items() });
    const rows = Array.from({ length: 300 }, (_, at) => `t1,u1,${at + 2},,,`);
    const dropped = await world.drop("transactions", lines(TRANSACTIONS, ...rows), { name: "many.csv" });
    const before = world.table.units.read;
    expect((await undo(dropped.job)).undo).toMatchObject({ reversed: 300, kept: 0 });
    // Its history is read once, and not for every row.
    expect(world.table.units.read - before).toBeLessThan(3 * rows.length);
    expect(await state()).toEqual(was);
  });
});

describe("what cannot be undone is refused:", () => {
  const refusal = async (job: ImportJob) => {
    const error: unknown = await undo(job).catch((thrown: unknown) => thrown);
    return error instanceof Error ? error.message : "";
  };

  test("a dry run, an import that changed nothing, one that is undone already", async () => {
    const { job: dry } = await world.drop("partners", PARTNERS, { folder: "dry-run/" });
    expect(await refusal(dry)).toMatch(/dry run has changed nothing/);
    const { job } = await world.drop("partners", PARTNERS);
    const { job: again } = await world.drop("partners", PARTNERS, { name: "again.csv" });
    expect(await refusal(again)).toMatch(/has changed nothing/);
    await undo(job);
    expect(await refusal(job)).toMatch(/undone already/);
  });
});
