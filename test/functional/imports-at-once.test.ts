import { expect, test } from "vitest";
import type { ImportMessage } from "../../shared/imports/import-message.ts";
import { partnership } from "../../shared/records/partnership.ts";
import { reward } from "../../shared/records/reward.ts";
import { claimPlace } from "../../shared/records/place.ts";
import type { Trigger } from "../../shared/records/trigger.ts";
import {
  createImportWorld,
  foldOf,
  type ImportWorld,
  jittery,
  lines,
  short,
  type WorldOptions,
} from "./imports-harness.ts";
import { addTrigger, aReward } from "./triggers.ts";

const PARTNERS = "partner_first,partner_last,partner_email,partner_key,partner_group";
const TRANSACTIONS = "key,customer_key,amount_in_cents";

async function seeded(options: WorldOptions = {}): Promise<ImportWorld> {
  const world = await createImportWorld(options);
  await world.drop("partners", lines(PARTNERS, "Ada,L,ada@x.io,ada,"));
  await world.drop("customers", lines("customer_key,email,partner_key", "u1,u1@x.io,ada"));
  world.clock.advance(1000);
  return world;
}

const sales = (name: string, count: number): string =>
  lines(TRANSACTIONS, ...Array.from({ length: count }, (_, at) => `${name}-${at},u1,1000`));

/** Works off the queue; what throws comes again, once the others have been worked off. */
async function insist(world: ImportWorld): Promise<void> {
  for (let left = 50; left > 0; left--) {
    const messages = world.imports.drain();
    if (messages.length === 0) return;
    for (const message of messages) await world.work(message).catch(() => world.ports.imports.send([message]));
  }
  throw new Error("the import does not come to its end");
}

test("an import whose check was closed goes on when only some of its parts had been sent for", async () => {
  let isBreaking = true;
  const isBegun = (message: ImportMessage) => message.step === "part" && message.phase === "import";
  const world = await seeded({
    partRows: 1,
    around: (ports) => ({
      ...ports,
      imports: {
        async send(messages, options) {
          const breaks = isBreaking && messages.length > 1 && messages.every(isBegun);
          await ports.imports.send(breaks ? messages.slice(0, 2) : messages, options);
          if (!breaks) return;
          isBreaking = false;
          // What was sent is worked off before anybody comes back to the closing.
          for (const message of world.imports.drain()) await world.work(message);
          throw new Error("the queue is gone");
        },
      },
    }),
  });
  const file = world.put("imports/acme/transactions/f.csv", sales("t", 5), { "error-policy": "all_or_nothing" });
  await world.open(file);
  await insist(world);
  const { job } = await world.result(file);
  expect(isBreaking).toBe(false);
  expect(job).toMatchObject({ status: "completed", phase: "import", rows: { created: 5, processed: 5 } });
});

test("two deliveries of a notification go by one plan, though a trigger was added in between", async () => {
  const gate = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  let holds = false;
  const world = await seeded({
    partRows: 2,
    around: (ports) => ({
      ...ports,
      uploads: {
        ...ports.uploads,
        async put(key, body, options) {
          if (holds && key.endsWith("plan.json")) {
            holds = false;
            held.resolve();
            await gate.promise;
          }
          return ports.uploads.put(key, body, options);
        },
      },
    }),
  });
  const file = world.put("imports/acme/transactions/f.csv", sales("t", 6));
  holds = true;
  const slow = world.open(file);
  await held.promise;
  // The other delivery sees a trigger that lets all rows wait for their turn.
  const first = aReward({ amount: 100, first_transactions: 50 });
  await addTrigger(world, { event: "transaction_created", effects: [first] });
  await world.open(file);
  for (const message of world.imports.drain().slice(0, 1)) await world.work(message);
  gate.resolve();
  await slow;
  await world.drain();
  const { job } = await world.result(file);
  expect(job).toMatchObject({ status: "completed", rows: { created: 6, processed: 6 }, effects: { rewards: 6 } });
  expect(job.parts_done).toBe(job.parts);
});

test.each([2, 4])("%i imports at once that use one limit all come to their end, and keep to it", async (files) => {
  const limit: Pick<Trigger, "event" | "effects"> = {
    event: "transaction_created",
    effects: [aReward({ percent: "10", cap: { amount: 100 * 60 * files - 50, per: "partnership" } })],
  };
  const world = await seeded({ around: (ports) => jittery(files, ports) });
  await addTrigger(world, limit);
  const names = Array.from({ length: files }, (_, at) => `f${at}`);
  const dropped = names.map((name) => world.put(`imports/acme/transactions/${name}.csv`, sales(name, 60)));
  for (const file of dropped) await world.open(file);
  await Promise.all(world.imports.drain().map(world.work));
  await world.drain();
  for (const file of dropped)
    expect((await world.result(file)).job).toMatchObject({ status: "completed", rows: { created: 60 } });
  const [partner] = world.stored(partnership);
  expect(world.stored(reward).reduce((sum, { amount }) => sum + amount, 0)).toBe(100 * 60 * files - 50);
  expect(await world.totals(partner?.key ?? "")).toEqual(foldOf(world).get(partner?.key ?? ""));
});

test.each(["", "dry-run/"])(
  "a part that takes too long goes on with another message, and comes out the same (%s)",
  async (folder) => {
    const build = async (msPerNote: number) => {
      let isSlow = false;
      let attempts = 0;
      const world = await seeded({
        around: (ports) => ({
          ...ports,
          uploads: {
            ...ports.uploads,
            async put(key, body, options) {
              if (isSlow && key.includes("/notes/")) world.clock.advance(msPerNote);
              return ports.uploads.put(key, body, options);
            },
          },
        }),
      });
      const limit = aReward({ percent: "10", cap: { amount: 1950, per: "partnership" } });
      const mail = { type: "send_mail" as const, to: "partner" as const, subject: "s", text: "{transaction.key}" };
      await addTrigger(world, { event: "transaction_created", effects: [limit, mail] });
      const file = world.put(`imports/acme/transactions/${folder}f.csv`, sales("t", 30));
      await world.open(file);
      isSlow = true;
      for (let messages = world.imports.drain(); messages.length > 0; messages = world.imports.drain()) {
        attempts += messages.length;
        for (const message of messages) await world.work(message);
      }
      const { job, mails, outcomes } = await world.result(file);
      const [partner] = world.stored(partnership);
      const { rows, effects, reward_amounts, parts, parts_done, status } = job;
      const sums = await world.totals(partner?.key ?? "");
      expect(sums).toEqual(foldOf(world).get(partner?.key ?? ""));
      return { attempts, told: { rows, effects, reward_amounts, parts, parts_done, status, mails, outcomes, sums } };
    };
    const fast = await build(0);
    const slow = await build(9_000);
    expect(fast.attempts).toBe(2);
    expect(slow.attempts).toBeGreaterThan(3);
    expect(slow.told).toEqual(fast.told);
    expect(slow.told).toMatchObject({ rows: { created: 30 }, reward_amounts: { USD: 1950 }, effects: { mails: 30 } });
  },
);

test("a value that is held for a record which is not there is the problem of its row, not of the import", async () => {
  const world = await seeded();
  const held = {
    ...claimPlace("acme", "partnership", "partner_key", "bo"),
    key: "part_gone",
    home_pk: "acme/partnership/part_gone",
    home_sk: "#",
    _mark: "gone",
    _at: 0,
  };
  await world.table.write({ put: held });
  const dropped = await world.drop("partners", lines(PARTNERS, "Bo,N,bo@x.io,bo,", "Cy,O,cy@x.io,cy,"));
  expect(short(dropped)).toEqual(["failed claimed", "created"]);
  expect(dropped.outcomes[0]).toMatchObject({ column: "partner_key", message: expect.stringMatching(/"bo"/) });
  expect(dropped.job.status).toBe("completed");
});
