import type { ObjectStore, LinkSigner, Queue, UploadLinkSigner } from "../../shared/ports.ts";
import { deferred } from "../../shared/aws/deferred.ts";
import { dynamo } from "../../shared/aws/dynamo-client.ts";
import { systemClock } from "../../shared/aws/clock.ts";
import { createDynamoTable } from "../../shared/aws/dynamo-table.ts";
import { readEnvironment } from "../../shared/aws/environment.ts";
import { createLog } from "../../shared/aws/logger.ts";
import { newKey } from "../../shared/aws/new-key.ts";
import { randomToken } from "../../shared/aws/random-token.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import { mayBePrivate } from "../../shared/names.ts";
import type { Announce } from "../../shared/recording/record-change.ts";
import type { WebhookMessage } from "../../shared/webhooks/webhook-message.ts";
import { createHandler } from "./handler.ts";

const env = readEnvironment([
  "table",
  "uploadBucket",
  "exportBucket",
  "exportQueue",
  "importQueue",
  "mailQueue",
  "webhookQueue",
  "webhookAddresses",
  "reportLinkRole",
  "dealFileLinkRole",
  "bundleLinkRole",
]);
const clock = systemClock;
const table = createDynamoTable({ client: dynamo(), tableName: env.table });

type ReadableStore = Pick<ObjectStore, "get" | "remove">;

// Most requests need the table alone. What else there is, is loaded with its clients when a request asks for it.
const further = () => import("../../shared/aws/further-adapters.ts");
const bucket = (name: string) =>
  deferred<ReadableStore>(async () => {
    const { createS3ObjectStore, s3 } = await further();
    return createS3ObjectStore({ client: s3(), bucket: name });
  });
const queue = <Message extends object>(url: string) =>
  deferred<Queue<Message>>(async () => {
    const { createSqsQueue, sqs } = await further();
    return createSqsQueue<Message>({ client: sqs(), url });
  });
const uploadLinks = deferred<UploadLinkSigner>(async () => {
  const { createUploadLinkSigner, createS3Client } = await further();
  return createUploadLinkSigner({ s3: createS3Client, bucket: env.uploadBucket, clock });
});
const links = (name: string, roleArn: string) =>
  deferred<LinkSigner>(async () => {
    const { createLinkSigner, createS3Client, sts } = await further();
    return createLinkSigner({ s3: createS3Client, sts, bucket: name, roleArn, clock });
  });
const objects = bucket(env.uploadBucket);

const webhookQueue = queue<WebhookMessage>(env.webhookQueue);
const ledger = createLedger({ table, clock });
const announcer = deferred<{ readonly announce: Announce }>(async () => {
  const [{ announceChanges }, { createHeardEvents }] = await Promise.all([
    import("../../shared/webhooks/announce-changes.ts"),
    import("../../shared/webhooks/heard-events.ts"),
  ]);
  const announcing = { webhooks: webhookQueue, heard: createHeardEvents({ ledger, clock }), clock };
  return { announce: (program, changes, mark) => announceChanges(announcing, program, changes, mark) };
});

export const handler = createHandler({
  table,
  ledger,
  objects,
  uploadLinks,
  reportLinks: links(env.uploadBucket, env.reportLinkRole),
  dealFileLinks: links(env.uploadBucket, env.dealFileLinkRole),
  bundleLinks: links(env.exportBucket, env.bundleLinkRole),
  outcomes: async (...asked) => (await import("../../shared/imports/outcomes.ts")).outcomeReader(objects)(...asked),
  effects: async (...asked) => (await import("../../shared/imports/outcomes.ts")).effectReader(objects)(...asked),
  undone: async (...asked) => (await import("../../shared/imports/undone-rows.ts")).undoneReader(objects)(...asked),
  bundles: bucket(env.exportBucket),
  exportQueue: queue(env.exportQueue),
  importQueue: queue(env.importQueue),
  mailQueue: queue(env.mailQueue),
  webhookQueue,
  mayBePrivate: mayBePrivate(env.webhookAddresses),
  announce: announcer.announce,
  clock,
  newKey,
  randomToken,
  log: createLog("api"),
});
