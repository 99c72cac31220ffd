import { audited, auditOnce } from "../../access/audited.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Clock, Queue, Table } from "../../ports.ts";
import { deliveryKey, TEST_EVENT } from "../../records/webhook-delivery.ts";
import { bodyOf, deliveryItem, newDelivery } from "../../webhooks/deliveries.ts";
import type { WebhookMessage } from "../../webhooks/webhook-message.ts";
import { type Answer, one } from "../envelope.ts";
import type { ApiRequest } from "../request.ts";
import { findLiving } from "./find-webhook.ts";
import { presentWithPayload } from "./present-delivery.ts";

interface Dependencies {
  readonly table: Pick<Table, "transact">;
  readonly ledger: Pick<Ledger, "read">;
  readonly webhookQueue: Queue<WebhookMessage>;
  readonly clock: Clock;
}

/** Sends a webhook something to try it out, once, also when it is paused. What came of it is in the delivery. */
export async function testWebhook(deps: Dependencies, request: ApiRequest): Promise<Answer> {
  const { table, ledger, webhookQueue, clock } = deps;
  const { principal } = request;
  const { record } = await findLiving(ledger, request);
  const { program, key: webhook } = record;
  const at = clock();
  const event_id = request.newKey("evt_");
  const body = bodyOf(TEST_EVENT, at, { message: "This is a test.", webhook_key: webhook });
  const key = deliveryKey(at, event_id);
  const delivery = newDelivery(record, { key, event_id, event: TEST_EVENT, body, at });
  const deed = { action: "webhook.tested", actor: principal, at, occasion: event_id } as const;
  const audit = { put: auditOnce(audited(record, deed)) };
  // Sent beforehand, so that no death leaves the delivery without: of one that is never made, nothing comes.
  const message = { step: "deliver", program, webhook, delivery: key, round: 0, attempt: 0, due: at } as const;
  await webhookQueue.send([message], { delaySeconds: 1 });
  await table.transact([{ put: deliveryItem(delivery), when: { absent: true } }, audit]);
  return one(presentWithPayload(delivery, principal), "Test sent");
}
