import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { createWebhook } from "./create-webhook.ts";
import { getWebhookDelivery } from "./get-delivery.ts";
import { getWebhook, listWebhooks } from "./get-webhook.ts";
import { listWebhookDeliveries } from "./list-deliveries.ts";
import { redeliverWebhook } from "./redeliver.ts";
import { rotateWebhookSecret } from "./rotate-secret.ts";
import type { webhookRoutes } from "./routes.ts";
import { testWebhook } from "./test-webhook.ts";
import { archiveWebhook, updateWebhook } from "./update-webhook.ts";

export const webhookOperations = (dependencies: ApiDependencies): Operations<typeof webhookRoutes> => ({
  listWebhooks: (request) => listWebhooks(dependencies, request),
  createWebhook: (request) => createWebhook(dependencies, request),
  getWebhook: (request) => getWebhook(dependencies, request),
  updateWebhook: (request) => updateWebhook(dependencies, request),
  archiveWebhook: (request) => archiveWebhook(dependencies, request),
  rotateWebhookSecret: (request) => rotateWebhookSecret(dependencies, request),
  testWebhook: (request) => testWebhook(dependencies, request),
  listWebhookDeliveries: (request) => listWebhookDeliveries(dependencies, request),
  getWebhookDelivery: (request) => getWebhookDelivery(dependencies, request),
  redeliverWebhook: (request) => redeliverWebhook(dependencies, request),
});
