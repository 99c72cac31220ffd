import { systemClock } from "../../shared/aws/clock.ts";
import { dynamo } from "../../shared/aws/dynamo-client.ts";
import { sqs } from "../../shared/aws/sqs-client.ts";
import { createDynamoTable } from "../../shared/aws/dynamo-table.ts";
import { readEnvironment } from "../../shared/aws/environment.ts";
import { createLog } from "../../shared/aws/logger.ts";
import { newKey } from "../../shared/aws/new-key.ts";
import { createSqsQueue } from "../../shared/aws/sqs-queue.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import { mayBePrivate } from "../../shared/names.ts";
import { createHttpsPost } from "../../shared/net/https-post.ts";
import { presentNoun } from "../../shared/webhooks/present-noun.ts";
import { sendWebhooks } from "../../shared/webhooks/send-webhooks.ts";
import { createHandler } from "./handler.ts";

const env = readEnvironment(["table", "webhookQueue", "mailQueue", "webhookAddresses"]);
const clock = systemClock;
const table = createDynamoTable({ client: dynamo(), tableName: env.table });
const log = createLog("send-webhooks");
const ledger = createLedger({ table, clock });

export const handler = createHandler({
  work: sendWebhooks({
    table,
    ledger,
    webhooks: createSqsQueue({ client: sqs(), url: env.webhookQueue }),
    mail: createSqsQueue({ client: sqs(), url: env.mailQueue }),
    post: createHttpsPost({ mayBePrivate: mayBePrivate(env.webhookAddresses) }),
    present: presentNoun(ledger, clock),
    clock,
    newKey,
    log,
  }),
  log,
});
