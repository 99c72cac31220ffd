import { fromItem, toItem } from "../ledger/stored.ts";
import { EXPIRY_ATTRIBUTE } from "../names.ts";
import type { Item, Place } from "../ports.ts";
import { deliverySk, expiryOf, type WebhookDelivery, webhookDelivery } from "../records/webhook-delivery.ts";
import { type Webhook, webhookPk } from "../records/webhook.ts";

/** What is posted of an event: its name, when it was, and what it is about. */
export const bodyOf = (type: string, at: number, data: object): string =>
  JSON.stringify({ type, timestamp: new Date(at).toISOString(), data });

/** A delivery that nobody has attempted yet. */
export const newDelivery = (
  { program, key: webhook_key }: Pick<Webhook, "program" | "key">,
  { key, event_id, event, body, at }: Pick<WebhookDelivery, "key" | "event_id" | "event" | "body"> & { at: number },
): WebhookDelivery => ({
  program,
  key,
  created_at: at,
  updated_at: at,
  webhook_key,
  event_id,
  event,
  status: "pending",
  attempts: [],
  next_at: at,
  expires_at: expiryOf(at),
  body,
  round: 0,
  tries: 0,
});

/** The item of a delivery, which goes by itself when its time is over. */
export const deliveryItem = (delivery: WebhookDelivery): Item => ({
  ...toItem(webhookDelivery, delivery, { rev: 1, at: delivery.updated_at, mark: delivery.event_id }),
  [EXPIRY_ATTRIBUTE]: Math.ceil(delivery.expires_at / 1000),
});

export const readDelivery = (item: Item): WebhookDelivery => fromItem(webhookDelivery, item).record;

export const deliveryPlace = (program: string, webhook: string, delivery: string): Place => ({
  pk: webhookPk(program, webhook),
  sk: deliverySk(delivery),
});
