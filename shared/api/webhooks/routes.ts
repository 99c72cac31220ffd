import { route } from "../route.ts";

export const webhookRoutes = [
  route("listWebhooks", "GET", "/webhooks", "webhooks:read", "Webhooks, newest first"),
  route("createWebhook", "POST", "/webhooks", "webhooks:write", "Make a webhook, answered with its signing secret"),
  route("getWebhook", "GET", "/webhooks/{key}", "webhooks:read", "One webhook"),
  route("updateWebhook", "PATCH", "/webhooks/{key}", "webhooks:write", "Change a webhook, pause it or let it go on"),
  route("archiveWebhook", "DELETE", "/webhooks/{key}", "webhooks:write", "Put a webhook out of use"),
  route(
    "rotateWebhookSecret",
    "POST",
    "/webhooks/{key}/rotate-secret",
    "webhooks:write",
    "Give a webhook a new secret",
  ),
  route("testWebhook", "POST", "/webhooks/{key}/test", "webhooks:write", "Send a webhook something to try it out"),
  route("listWebhookDeliveries", "GET", "/webhooks/{key}/deliveries", "webhooks:read", "What was sent, newest first"),
  route(
    "getWebhookDelivery",
    "GET",
    "/webhooks/{key}/deliveries/{delivery_key}",
    "webhooks:read",
    "One delivery with what it carries and its attempts",
  ),
  route(
    "redeliverWebhook",
    "POST",
    "/webhooks/{key}/deliveries/{delivery_key}/redeliver",
    "webhooks:write",
    "Send a delivery once more",
  ),
];
