import { createS3Client } from "../../shared/aws/s3-client.ts";
import { dynamo } from "../../shared/aws/dynamo-client.ts";
import { ses } from "../../shared/aws/ses-client.ts";
import { sqs } from "../../shared/aws/sqs-client.ts";
import { sts } from "../../shared/aws/sts-client.ts";
import { systemClock } from "../../shared/aws/clock.ts";
import { createDynamoTable } from "../../shared/aws/dynamo-table.ts";
import { readEnvironment } from "../../shared/aws/environment.ts";
import { createLog } from "../../shared/aws/logger.ts";
import { randomToken } from "../../shared/aws/random-token.ts";
import { createLinkSigner } from "../../shared/aws/s3-link-signer.ts";
import { createSesMailer } from "../../shared/aws/ses-mailer.ts";
import { createSqsQueue } from "../../shared/aws/sqs-queue.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import { NO_PAGE } from "../../shared/names.ts";
import { createHandler } from "./handler.ts";

const env = readEnvironment([
  "table",
  "uploadBucket",
  "exportBucket",
  "mailQueue",
  "sender",
  "operator",
  "signInPage",
  "bundleLinkRole",
  "reportLinkRole",
]);
const clock = systemClock;
const signing = { s3: createS3Client, sts, clock };
const table = createDynamoTable({ client: dynamo(), tableName: env.table });

export const handler = createHandler({
  table,
  ledger: createLedger({ table, clock }),
  mailer: createSesMailer({ client: ses(), sender: env.sender }),
  mailQueue: createSqsQueue({ client: sqs(), url: env.mailQueue }),
  bundleLinks: createLinkSigner({ ...signing, bucket: env.exportBucket, roleArn: env.bundleLinkRole }),
  reportLinks: createLinkSigner({ ...signing, bucket: env.uploadBucket, roleArn: env.reportLinkRole }),
  clock,
  log: createLog("send-mail"),
  randomToken,
  operator: env.operator,
  signInPage: env.signInPage === NO_PAGE ? undefined : env.signInPage,
});
