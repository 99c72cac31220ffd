import { atOnce } from "../at-once.ts";
import type { MadeChange } from "../ledger/change-by.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Clock, Log, Queue, Table } from "../ports.ts";
import { derivedKey } from "../records/derived-key.ts";
import { exportJob, exportPlace } from "../records/export-job.ts";
import { importJob, importPlace } from "../records/import-job.ts";
import { declarationOf } from "../records/index.ts";
import type { BaseRecord } from "../records/record.ts";
import { deliveryKey, type WebhookDelivery } from "../records/webhook-delivery.ts";
import { isMeant, isWebhookEvent } from "../records/webhook-events.ts";
import { activeWebhooks } from "./active-webhooks.ts";
import { bodyOf, deliveryItem, newDelivery } from "./deliveries.ts";
import { eventRules } from "./event-rules.ts";
import type { EventMessage, WebhookMessage } from "./webhook-message.ts";

/** A record as receivers see it, by the noun that the event is about. */
export type PresentNoun = (noun: string, record: BaseRecord) => Promise<object>;

export interface NoteEventDependencies {
  readonly table: Pick<Table, "write">;
  readonly ledger: Pick<Ledger, "changeBy" | "collection" | "read">;
  readonly webhooks: Queue<WebhookMessage>;
  readonly present: PresentNoun;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long a change that is still on its way is left alone. */
const LOOK_AGAIN_SECONDS = 15;

const WRITES_AT_ONCE = 8;

/** A delivery is one item of the table, which has 400 KB. */
const MOST_BODY_BYTES = 300_000;

/**
 * Makes a delivery to each webhook that listens to what a change was, and sends them off. Repeated, it makes none twice:
 * those that are there are sent off once more, and know it when their attempt has been.
 */
export async function noteEvent(deps: NoteEventDependencies, message: EventMessage): Promise<void> {
  const { table, ledger, webhooks, clock, log } = deps;
  const { program, kind, key, mark, until } = message;
  const change = await changeOf(ledger, message);
  if (change === undefined) {
    if (until !== null && clock() < until) return webhooks.send([message], { delaySeconds: LOOK_AGAIN_SECONDS });
    // Announced and not carried out, as when somebody else was first.
    return log.info("webhook.no_change", { program, kind, key, mark });
  }
  const happened = message.events.filter(
    (event) => isWebhookEvent(event) && eventRules[event].happens(change.before, change.after),
  );
  const listening = await activeWebhooks(ledger, program);
  const made = await Promise.all(happened.map((event) => deliveriesOf(deps, message, event, change, listening)));
  const deliveries = made.flat();
  await atOnce(WRITES_AT_ONCE, deliveries, (one) => table.write({ put: deliveryItem(one), when: { absent: true } }));
  await webhooks.send(
    deliveries.map(({ webhook_key, key: delivery, created_at: due }) => {
      const first = { round: 0, attempt: 0, due };
      return { step: "deliver" as const, program, webhook: webhook_key, delivery, ...first };
    }),
  );
}

async function deliveriesOf(
  { present }: NoteEventDependencies,
  { program, mark, kind, key }: EventMessage,
  event: string,
  { after, at }: MadeChange,
  listening: Awaited<ReturnType<typeof activeWebhooks>>,
): Promise<WebhookDelivery[]> {
  const heard = listening.filter(({ events }) => events.some((pattern) => isMeant(event, pattern)));
  if (heard.length === 0) return [];
  const [noun = ""] = event.split(".");
  const whole = bodyOf(event, at, await present(noun, after));
  // Who needs all of it reads it by its key.
  const body =
    Buffer.byteLength(whole) <= MOST_BODY_BYTES ? whole : bodyOf(event, at, { key: after.key, is_too_large: true });
  const event_id = derivedKey("evt_", program, mark, kind, key, event);
  return heard.map((one) => newDelivery(one, { key: deliveryKey(at, event_id, one.key), event_id, event, body, at }));
}

async function changeOf(
  ledger: NoteEventDependencies["ledger"],
  { program, kind, key, mark, since }: EventMessage,
): Promise<MadeChange | undefined> {
  // Jobs move along in place. They are announced at their end, and stay as they are then.
  if (kind === importJob.kind) {
    const [job] = await ledger.read(importJob, [importPlace(program, key)]);
    return job && { before: undefined, after: job.record, at: job.record.finished_at ?? job.at };
  }
  if (kind === exportJob.kind) {
    const [job] = await ledger.read(exportJob, [exportPlace(program, key)]);
    return job && { before: undefined, after: job.record, at: job.record.finished_at ?? job.at };
  }
  return ledger.changeBy(declarationOf(kind), program, key, mark, since);
}
