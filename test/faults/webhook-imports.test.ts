import { expect, test } from "vitest";
import type { WebhookMessage } from "../../shared/webhooks/webhook-message.ts";
import { createImportWorld, lines } from "../functional/imports-harness.ts";
import { addTrigger, aReward } from "../functional/triggers.ts";
import { listen } from "../functional/webhook-listener.ts";
import { createBreaker, FAULTS, persist } from "./imports-faults.ts";

const FILE = lines("key,customer_key,amount_in_cents", "t1,u1,1000", "t2,u1,2000", "t1,u1,3000", "t3,u2,5");

async function tableBefore() {
  const world = await createImportWorld();
  await world.drop("partners", lines("partner_first,partner_last,partner_email,partner_key", "Ada,Lee,ada@x.io,ada"));
  await world.drop("customers", lines("customer_key,email,partner_key", "u1,u1@x.io,ada", "u2,u2@x.io,ada"));
  await addTrigger(world, { event: "transaction_created", effects: [aReward({ amount: 5 })] });
  await listen(world, ["*"]);
  return world.table.items();
}

/** What has been announced, each once. */
const announced = (messages: readonly WebhookMessage[]): string[] =>
  [
    ...new Set(
      messages.map((one) =>
        one.step === "event" ? `${one.kind} ${one.key} ${one.mark} ${one.events.join()}` : "other",
      ),
    ),
  ].toSorted();

test.each(FAULTS)(
  "an import whose worker %s any one of its writes announces all that it has changed",
  async (fault) => {
    const items = await tableBefore();
    const importWith = async (step: number) => {
      const breaker = createBreaker();
      const world = await createImportWorld({ items, partRows: 2, killSwitch: breaker, around: breaker.around });
      world.clock.advance(60_000);
      const object = world.put("imports/acme/transactions/file.csv", FILE);
      breaker.breakAt(step, fault);
      await persist(world, object, breaker);
      return { steps: breaker.steps, told: announced(world.webhooks.messages) };
    };
    const { steps, told } = await importWith(Infinity);
    // Three transactions with their rewards, one of them changed, and the import's end.
    expect(told).toHaveLength(8);
    for (let step = 1; step <= steps; step++) expect((await importWith(step)).told, `step ${step}`).toEqual(told);
  },
);
