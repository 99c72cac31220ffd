import { audited, auditOnce } from "../../access/audited.ts";
import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Clock, Queue, Table } from "../../ports.ts";
import { expiryOf, TEST_EVENT, type WebhookDelivery } from "../../records/webhook-delivery.ts";
import { deliveryItem } from "../../webhooks/deliveries.ts";
import type { WebhookMessage } from "../../webhooks/webhook-message.ts";
import { type Answer, one } from "../envelope.ts";
import type { ApiRequest } from "../request.ts";
import { findLiving } from "./find-webhook.ts";
import { findDelivery } from "./get-delivery.ts";
import { presentWithPayload } from "./present-delivery.ts";

interface Dependencies {
  readonly table: Pick<Table, "get" | "transact">;
  readonly ledger: Pick<Ledger, "read">;
  readonly webhookQueue: Queue<WebhookMessage>;
  readonly clock: Clock;
}

/** Sends a delivery once more, at once and then as often as a new one, whatever came of it so far: the same event, by the same id. */
export async function redeliverWebhook(deps: Dependencies, request: ApiRequest): Promise<Answer> {
  const { table, ledger, webhookQueue, clock } = deps;
  const { principal, mark } = request;
  const { record } = await findLiving(ledger, request);
  const before = await findDelivery(table, request, record.key);
  if (!record.active && before.event !== TEST_EVENT)
    throw new CallerError("conflict", "the webhook is paused: let it go on first");
  const at = clock();
  const round = before.round + 1;
  const after: WebhookDelivery = {
    ...before,
    status: "pending",
    round,
    tries: 0,
    next_at: at,
    updated_at: at,
    expires_at: expiryOf(at),
  };
  const { program, key: delivery, webhook_key: webhook } = after;
  const deed = { action: "webhook.redelivered", actor: principal, at, occasion: mark } as const;
  // Sent beforehand, so that no death leaves it without: of a round that never begins, nothing comes.
  const message = { step: "deliver", program, webhook, delivery, round, attempt: 0, due: at } as const;
  await webhookQueue.send([message], { delaySeconds: 1 });
  const failed = await table.transact([
    { put: deliveryItem(after), when: { equals: { round: before.round, tries: before.tries } } },
    { put: auditOnce(audited({ program, key: delivery }, deed)) },
  ]);
  if (failed.length > 0) throw new CallerError("conflict", "the delivery is being attempted: ask again");
  return one(presentWithPayload(after, principal), "Delivery sent once more");
}
