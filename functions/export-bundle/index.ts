import { exportBundle, type ExportMessage, failExport } from "../../shared/exports/export-bundle.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import { dynamo } from "../../shared/aws/dynamo-client.ts";
import { s3 } from "../../shared/aws/s3-client.ts";
import { sqs } from "../../shared/aws/sqs-client.ts";
import { systemClock } from "../../shared/aws/clock.ts";
import { createDynamoTable } from "../../shared/aws/dynamo-table.ts";
import { readEnvironment } from "../../shared/aws/environment.ts";
import { createLog } from "../../shared/aws/logger.ts";
import { newKey } from "../../shared/aws/new-key.ts";
import { createS3ObjectStore } from "../../shared/aws/s3-object-store.ts";
import { createSqsQueue } from "../../shared/aws/sqs-queue.ts";
import { createHeardEvents } from "../../shared/webhooks/heard-events.ts";
import { createHandler } from "./handler.ts";

const env = readEnvironment(["table", "exportBucket", "exportQueue", "mailQueue", "webhookQueue"]);

const ledger = createLedger({
  table: createDynamoTable({ client: dynamo(), tableName: env.table }),
  clock: systemClock,
});

const shared = {
  ledger,
  bundles: createS3ObjectStore({ client: s3(), bucket: env.exportBucket }),
  mail: createSqsQueue({ client: sqs(), url: env.mailQueue }),
  webhooks: createSqsQueue({ client: sqs(), url: env.webhookQueue }),
  heard: createHeardEvents({ ledger, clock: systemClock }),
  exports: createSqsQueue<ExportMessage>({ client: sqs(), url: env.exportQueue }),
  clock: systemClock,
  newKey,
  log: createLog("export-bundle"),
};

export const handler = createHandler({ build: exportBundle(shared), fail: failExport(shared) });
