import { allows, type Principal } from "../../access/principal.ts";
import { type WebhookDelivery, webhookDelivery } from "../../records/webhook-delivery.ts";
import { nounsOf } from "../../records/webhook-events.ts";
import { PERMISSION_TO_HEAR } from "../../webhooks/event-rules.ts";
import { present } from "../present.ts";

/** A delivery as the API shows it. */
export const presentDelivery = (delivery: WebhookDelivery): Record<string, unknown> =>
  present(webhookDelivery, delivery);

/** A delivery with what it carries: null for who may not read what it tells of. */
export function presentWithPayload(delivery: WebhookDelivery, principal: Principal): Record<string, unknown> {
  const mayHear = nounsOf(delivery.event).every((noun) => allows(principal, PERMISSION_TO_HEAR[noun]));
  const payload: unknown = mayHear ? JSON.parse(delivery.body) : null;
  return { ...presentDelivery(delivery), payload };
}
