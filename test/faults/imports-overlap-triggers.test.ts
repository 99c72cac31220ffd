import { describe, expect, it } from "vitest";
import { allowance } from "../../shared/records/allowance.ts";
import { outgoingMail } from "../../shared/records/outgoing-mail.ts";
import { partnership } from "../../shared/records/partnership.ts";
import { reward } from "../../shared/records/reward.ts";
import { transaction } from "../../shared/records/transaction.ts";
import { type ImportWorld, jittery, lines, randomFrom } from "../functional/imports-harness.ts";
import { aTriggerSpec, rewards } from "../functional/imports-property-triggers.ts";
import { createBreaker, persist, prepare, type Scenario, totalsAndFold } from "./imports-faults.ts";

const PARTNERS = "partner_first,partner_last,partner_email,partner_key";
const CUSTOMERS = "customer_key,email,partner_key";
const TRANSACTIONS = "key,customer_key,amount_in_cents";

const CAP = 250;
const FIRST = 2;

/** Two files of sales of the same customers, and some of the very same sales. */
const ONE = lines(TRANSACTIONS, "t1,u1,1000", "t2,u2,1000", "t3,u1,1000", "t4,u3,1000", "t5,u2,1000");
const OTHER = lines(TRANSACTIONS, "t3,u1,1000", "s1,u1,1000", "t4,u3,1000", "s2,u2,1000", "s3,u3,1000");

const SCENARIO: Scenario = {
  before: [
    ["partners", lines(PARTNERS, "Ada,Lee,ada@x.io,ada", "Bo,Ng,bo@x.io,bo")],
    ["customers", lines(CUSTOMERS, "u1,u1@x.io,ada", "u2,u2@x.io,ada", "u3,u3@x.io,bo")],
  ],
  triggers: [
    aTriggerSpec("transaction_created", [rewards({ cap: { amount: CAP, per: "partnership" } })]),
    aTriggerSpec("transaction_created", [rewards({ worth: { flat: 7 }, first: FIRST })]),
    aTriggerSpec("transaction_created", [{ type: "move", group: "Gold Resellers" }]),
    aTriggerSpec("partner_moved", [rewards({ worth: { flat: 5000 } }), { type: "mail", to: "partner" }]),
  ],
  type: "transactions",
  body: ONE,
  partRows: 2,
  waveRows: 2,
};

/** What holds whichever file's row comes first. */
async function expectRight(world: ImportWorld, about: string): Promise<void> {
  expect(world.stored(transaction), about).toHaveLength(8);
  const of = (trigger: number) => world.stored(reward).filter(({ trigger_key }) => trigger_key === `trig_${trigger}`);
  for (const { key } of world.stored(partnership)) {
    const own = <R extends { partnership_key: string | null }>(all: readonly R[]) =>
      all.filter(({ partnership_key }) => partnership_key === key);
    const sum = own(of(0)).reduce((total, { amount }) => total + amount, 0);
    const sales = own(world.stored(transaction)).length;
    expect(sum, about).toBe(Math.min(CAP, sales * 100));
    const used = world.stored(allowance).find((one) => one.key.endsWith(`/cap/${key}`));
    expect(used?.amount, about).toBe(sum);
    // Once moved, a partner stays.
    expect(own(of(3)), about).toHaveLength(1);
    expect(own(world.stored(outgoingMail)), about).toHaveLength(1);
  }
  const firsts = Map.groupBy(of(1), ({ customer_key }) => customer_key);
  expect(
    [...firsts.values()].map(({ length }) => length),
    about,
  ).toEqual([FIRST, FIRST, FIRST]);
  for (const { totals, fold } of Object.values(await totalsAndFold(world))) expect(totals, about).toEqual(fold);
}

describe("two files of sales of the same customers", () => {
  it("earn no more than one after the other, though they are imported at the same time", async () => {
    for (let seed = 1; seed <= 30; seed++) {
      const { world, object } = await prepare(SCENARIO, createBreaker(), (ports) => jittery(seed, ports));
      const rival = world.put("imports/acme/transactions/other.csv", OTHER);
      await Promise.all([world.open(object), world.open(rival)]);
      const random = randomFrom(seed);
      await world.drain({ next: (waiting) => Math.floor(random() * waiting), again: () => false, workers: () => 2 });
      for (const dropped of [object, rival]) expect((await world.result(dropped)).job.status).toBe("completed");
      await expectRight(world, `seed ${seed}`);
    }
  });

  it("earn no more than one after the other, though a worker dies at any write and the other file is imported meanwhile", async () => {
    const counter = createBreaker();
    const undisturbed = await prepare(SCENARIO, counter);
    counter.breakAt(Infinity, "dies before");
    await persist(undisturbed.world, undisturbed.object, counter);
    for (let step = 1; step <= counter.steps; step++) {
      const breaker = createBreaker();
      const { world, object } = await prepare(SCENARIO, breaker);
      breaker.breakAt(step, "dies before");
      const between = async (): Promise<void> => {
        const waiting = world.imports.drain();
        await world.drop("transactions", OTHER, { name: "other.csv" });
        await world.ports.imports.send(waiting);
      };
      await persist(world, object, breaker, { between });
      const { job } = await world.result(object);
      expect(job.rows.created + job.rows.updated + job.rows.unchanged, `step ${step}`).toBe(job.rows.total);
      await expectRight(world, `step ${step}`);
    }
  });
});
