import { DELIVERY_STATUSES } from "../../records/webhook-delivery.ts";
import { schemaOf } from "../schema-of.ts";
import { cursors, inQuery, limit, listOf, one, type Shapes, soughtList } from "../openapi-shape.ts";
import type { webhookRoutes } from "./routes.ts";
import { rotationRequest, webhookChange, webhookRequest } from "./webhook-request.ts";

export const webhookShapes = (): Shapes<typeof webhookRoutes> => ({
  listWebhooks: listOf("Webhook"),
  createWebhook: { ...one("CreatedWebhook"), body: schemaOf(webhookRequest, "input") },
  getWebhook: one("Webhook"),
  updateWebhook: { ...one("Webhook"), body: schemaOf(webhookChange, "input") },
  archiveWebhook: one("Webhook"),
  rotateWebhookSecret: { ...one("RotatedWebhook"), body: schemaOf(rotationRequest, "input") },
  testWebhook: one("WebhookPayload"),
  listWebhookDeliveries: soughtList("WebhookDelivery", [
    limit,
    ...cursors,
    inQuery("status", "Only deliveries of this status", { type: "string", enum: DELIVERY_STATUSES }),
  ]),
  getWebhookDelivery: one("WebhookPayload"),
  redeliverWebhook: one("WebhookPayload"),
});
