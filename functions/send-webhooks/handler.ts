import middy from "@middy/core";
import type { SQSEvent } from "aws-lambda";
import type { Log } from "../../shared/ports.ts";
import type { sendWebhooks } from "../../shared/webhooks/send-webhooks.ts";
import { webhookMessage } from "../../shared/webhooks/webhook-message.ts";

interface Dependencies {
  readonly work: ReturnType<typeof sendWebhooks>;
  readonly log: Log;
}

/** Takes what is to be told to webhooks from its queue. What throws is delivered again. */
export const createHandler = ({ work, log }: Dependencies) =>
  middy<SQSEvent, void>()
    .onError(({ error }) => {
      log.error("webhook.failed", { error: error ?? "unknown" });
    })
    .handler(async ({ Records }) => {
      for (const { body } of Records) await work(webhookMessage.parse(JSON.parse(body)));
    });
