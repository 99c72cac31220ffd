import { importSteps } from "../../shared/imports/import-steps.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import { dynamo } from "../../shared/aws/dynamo-client.ts";
import { s3 } from "../../shared/aws/s3-client.ts";
import { sqs } from "../../shared/aws/sqs-client.ts";
import { systemClock } from "../../shared/aws/clock.ts";
import { createDynamoTable } from "../../shared/aws/dynamo-table.ts";
import { readEnvironment } from "../../shared/aws/environment.ts";
import { createLog } from "../../shared/aws/logger.ts";
import { createS3ObjectStore } from "../../shared/aws/s3-object-store.ts";
import { createPatience } from "../../shared/aws/patience.ts";
import { createSqsQueue } from "../../shared/aws/sqs-queue.ts";
import { createHeardEvents } from "../../shared/webhooks/heard-events.ts";
import { createHandler } from "./handler.ts";

const env = readEnvironment(["table", "uploadBucket", "importQueue", "mailQueue", "webhookQueue"]);

const table = createDynamoTable({ client: dynamo(), tableName: env.table });
const ledger = createLedger({ table, clock: systemClock });

export const handler = createHandler({
  work: importSteps({
    table,
    ledger,
    uploads: createS3ObjectStore({ client: s3(), bucket: env.uploadBucket }),
    imports: createSqsQueue({ client: sqs(), url: env.importQueue }),
    mail: createSqsQueue({ client: sqs(), url: env.mailQueue }),
    webhooks: createSqsQueue({ client: sqs(), url: env.webhookQueue }),
    heard: createHeardEvents({ ledger, clock: systemClock }),
    clock: systemClock,
    newPatience: createPatience,
    log: createLog("import-rows"),
  }),
});
