import { webhook, type Webhook } from "../../shared/records/webhook.ts";
import { noteEvent } from "../../shared/webhooks/note-event.ts";
import { presentNoun } from "../../shared/webhooks/present-noun.ts";
import { readDelivery } from "../../shared/webhooks/deliveries.ts";
import { createSilentLog } from "../fakes/silent-log.ts";
import type { ImportWorld } from "./imports-harness.ts";

type World = Pick<ImportWorld, "ledger" | "clock" | "table" | "webhooks">;

/** Gives the world's program a webhook. */
export async function listen({ ledger, clock }: Pick<World, "ledger" | "clock">, events: string[]): Promise<Webhook> {
  const made: Webhook = {
    program: "acme",
    key: `whk_${events.join("_")}`,
    created_at: clock(),
    updated_at: clock(),
    target: "https://hooks.example.com/",
    events,
    name: null,
    active: true,
    pause_reason: null,
    paused_at: null,
    archived: false,
    made_by: { kind: "key", id: "pk_1" },
  };
  if (!(await ledger.commit({ mark: made.key, changes: [{ declaration: webhook, after: made }] })))
    throw new Error("the webhook is there already");
  return made;
}

/** Takes all announced events up, twice each as a queue may bring them, and gives what would be posted, in the order of events. */
export async function toldBy(
  world: World,
): Promise<{ readonly type: string; readonly data: Record<string, unknown> }[]> {
  const { ledger, clock, table, webhooks } = world;
  const deps = { table, ledger, webhooks, present: presentNoun(ledger, clock), clock, log: createSilentLog() };
  for (const message of webhooks.drain()) {
    if (message.step !== "event") throw new Error("nothing else is sent by an import");
    for (let time = 0; time < 2; time++) await noteEvent(deps, message);
  }
  webhooks.drain();
  return table
    .items()
    .filter(({ sk }) => sk.startsWith("delivery#"))
    .map((item) => JSON.parse(readDelivery(item).body) as { type: string; data: Record<string, unknown> });
}
