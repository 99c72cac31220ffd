import { expect, test } from "vitest";
import { undoImport } from "../../shared/imports/undo-import.ts";
import { undoneReader } from "../../shared/imports/undone-rows.ts";
import { importJob, importPlace } from "../../shared/records/import-job.ts";
import { partnership } from "../../shared/records/partnership.ts";
import { foldOf, type ImportWorld, createImportWorld, lines } from "../functional/imports-harness.ts";
import { recordsOf } from "../functional/imports-property.ts";
import { addTrigger, aReward } from "../functional/triggers.ts";
import { createBreaker, FAULTS } from "./imports-faults.ts";

const TRANSACTIONS = "key,customer_key,amount_in_cents,created_at";
const ADA = { program: "acme", kind: "teammate" as const, id: "owner@acme.example", permissions: [] };

/** A file that creates, changes twice, moves and rewards; then somebody builds on one of its rows. */
async function worldToUndo() {
  const breaker = createBreaker();
  const world = await createImportWorld({ partRows: 2, killSwitch: breaker, around: breaker.around });
  await world.drop(
    "partners",
    lines("partner_first,partner_last,partner_email,partner_key", "A,L,a@x.io,ada", "B,N,b@x.io,bo"),
  );
  await world.drop("customers", lines("customer_key,email,partner_key", "u1,u1@x.io,ada", "u2,u2@x.io,bo"));
  await addTrigger(world, {
    event: "transaction_created",
    effects: [aReward({ percent: "10", cap: { amount: 50, per: "customer" } })],
  });
  const rows = ["t1,u1,100,2026-01-01", "t2,u2,900,", "t1,u2,200,2026-01-02", "t3,u1,400,", "t4,u1,1,"];
  const { job } = await world.drop("transactions", lines(TRANSACTIONS, ...rows));
  await world.drop("transactions", lines(TRANSACTIONS, "t4,u1,2,"));
  breaker.revive();
  return { world, breaker, job };
}

async function outcome(world: ImportWorld, key: string) {
  const [stored] = await world.ledger.read(importJob, [importPlace("acme", key)]);
  if (stored === undefined) throw new Error("no job");
  const page = await undoneReader(world.uploads)(stored.record, { after: 0, limit: 100 });
  const totals = [];
  for (const { key: partner, email } of world.stored(partnership)) {
    const sums = Object.fromEntries(Object.entries(await world.totals(partner)).filter(([, sum]) => sum !== 0));
    expect(sums).toEqual(foldOf(world).get(partner) ?? {});
    totals.push([email, sums]);
  }
  const { undo } = stored.record;
  return { records: recordsOf(world), totals, rows: page?.items, undo: { ...undo, requested_at: 0, finished_at: 0 } };
}

test("an undoing that breaks at any call, and is taken up again, comes to the same", async () => {
  const ask = async ({ world, job }: Awaited<ReturnType<typeof worldToUndo>>) => {
    const [stored] = await world.ledger.read(importJob, [importJob.place(job)]);
    if (stored === undefined) throw new Error("no job");
    await undoImport({ ledger: world.ledger, imports: world.imports, clock: world.clock }, ADA, stored.record);
  };
  const calm = await worldToUndo();
  await ask(calm);
  calm.breaker.revive();
  await calm.world.drain();
  const calls = calm.breaker.steps;
  const wanted = await outcome(calm.world, calm.job.key);
  expect(wanted.undo).toMatchObject({ status: "completed", reversed: 4, kept: 1, not_reversible: 0 });
  expect(calls).toBeGreaterThan(10);

  for (const fault of FAULTS) {
    for (let call = 1; call <= calls; call++) {
      const one = await worldToUndo();
      await ask(one);
      one.breaker.breakAt(call, fault);
      const waiting = one.world.imports.drain();
      for (let tries = 0; waiting.length > 0; tries++) {
        if (tries > 50) throw new Error("the queue never gets empty");
        const [message] = waiting;
        if (message === undefined) break;
        const isDone = await one.world.work(message).then(
          () => true,
          () => false,
        );
        // A queue delivers again what was not done.
        one.breaker.revive();
        if (isDone) waiting.shift();
        waiting.push(...one.world.imports.drain());
      }
      expect(await outcome(one.world, one.job.key), `${fault} call ${call}`).toEqual(wanted);
      const mails = one.world.mail.drain().filter(({ mail }) => mail === "import-undone");
      expect(mails.length).toBeGreaterThan(0);
    }
  }
});
