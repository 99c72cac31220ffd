import { createS3Client, dynamo, s3, sqs, sts } from "../../shared/aws/clients.ts";
import { systemClock } from "../../shared/aws/clock.ts";
import { createDynamoTable } from "../../shared/aws/dynamo-table.ts";
import { readEnvironment } from "../../shared/aws/environment.ts";
import { createLog } from "../../shared/aws/logger.ts";
import { newKey } from "../../shared/aws/new-key.ts";
import { createLinkSigner } from "../../shared/aws/s3-link-signer.ts";
import { createS3ObjectStore } from "../../shared/aws/s3-object-store.ts";
import { createUploadLinkSigner } from "../../shared/aws/s3-upload-link-signer.ts";
import { createSqsQueue } from "../../shared/aws/sqs-queue.ts";
import { effectReader, outcomeReader } from "../../shared/imports/outcomes.ts";
import { undoneReader } from "../../shared/imports/undone-rows.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import { createHandler } from "./handler.ts";

const env = readEnvironment([
  "table",
  "uploadBucket",
  "exportBucket",
  "exportQueue",
  "importQueue",
  "mailQueue",
  "reportLinkRole",
  "dealFileLinkRole",
]);
const clock = systemClock;
const table = createDynamoTable({ client: dynamo(), tableName: env.table });
const objects = createS3ObjectStore({ client: s3(), bucket: env.uploadBucket });
const signing = { s3: createS3Client, sts, bucket: env.uploadBucket, clock };

export const handler = createHandler({
  table,
  ledger: createLedger({ table, clock }),
  objects,
  uploadLinks: createUploadLinkSigner({ s3: createS3Client, bucket: env.uploadBucket, clock }),
  reportLinks: createLinkSigner({ ...signing, roleArn: env.reportLinkRole }),
  dealFileLinks: createLinkSigner({ ...signing, roleArn: env.dealFileLinkRole }),
  outcomes: outcomeReader(objects),
  effects: effectReader(objects),
  undone: undoneReader(objects),
  bundles: createS3ObjectStore({ client: s3(), bucket: env.exportBucket }),
  exportQueue: createSqsQueue({ client: sqs(), url: env.exportQueue }),
  importQueue: createSqsQueue({ client: sqs(), url: env.importQueue }),
  mailQueue: createSqsQueue({ client: sqs(), url: env.mailQueue }),
  announce: async () => Promise.resolve(),
  clock,
  newKey,
  log: createLog("api"),
});
