import * as S3 from "@aws-sdk/client-s3";
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHandler } from "../../functions/note-downloads/handler.ts";
import { createS3ObjectStore } from "../../shared/aws/s3-object-store.ts";
import { createLinkSigner } from "../../shared/aws/s3-link-signer.ts";
import { type LoggedRequest, readAccessLogLine } from "../../shared/exports/access-log-line.ts";
import { logLines } from "../../shared/exports/log-lines.ts";
import { noteDownloads } from "../../shared/exports/note-downloads.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import { auditEntry } from "../../shared/records/audit-entry.ts";
import { createMemoryTable } from "../fakes/memory-table.ts";
import { createSilentLog } from "../fakes/silent-log.ts";
import { context } from "../functional/api-world.ts";
import { REGION, ROLE, startTestCloud, type TestCloud } from "./start-cloud.ts";

const KEY = "exports/acme/exp_1/bundle.zip";
const BUNDLE = "x".repeat(70_000);

let cloud: TestCloud;
let QueueUrl: string | undefined;
beforeAll(async () => {
  cloud = await startTestCloud();
  ({ QueueUrl } = await cloud.sqs.send(new CreateQueueCommand({ QueueName: "downloads" })));
  for (const Bucket of ["box", "logs"]) await cloud.s3.send(new S3.CreateBucketCommand({ Bucket }));
  await cloud.s3.send(new S3.PutObjectCommand({ Bucket: "box", Key: KEY, Body: BUNDLE }));
  await cloud.s3.send(
    new S3.PutBucketNotificationConfigurationCommand({
      Bucket: "logs",
      NotificationConfiguration: {
        QueueConfigurations: [
          {
            QueueArn: `arn:aws:sqs:${REGION}:000000000000:downloads`,
            Events: ["s3:ObjectCreated:*"],
            Filter: { Key: { FilterRules: [{ Name: "prefix", Value: "access/" }] } },
          },
        ],
      },
    }),
  );
  await configure("logs");
});
afterAll(() => cloud.discard());

const configure = (TargetBucket: string) =>
  cloud.s3.send(
    new S3.PutBucketLoggingCommand({
      Bucket: "box",
      BucketLoggingStatus: { LoggingEnabled: { TargetBucket, TargetPrefix: "access/" } },
    }),
  );

const link = () =>
  createLinkSigner({
    s3: (settings) => new S3.S3Client({ region: REGION, endpoint: cloud.endpoints.s3, ...settings }),
    sts: () => cloud.sts,
    bucket: "box",
    roleArn: ROLE,
    clock: () => cloud.clock.now(),
  }).link(KEY, { minutes: 30, filename: "bundle.zip" });

/** The next message of the queue, taken out of it; the test notification comes first. */
async function nextEvent(): Promise<SQSEvent> {
  for (;;) {
    const { Messages: [message] = [] } = await cloud.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }),
    );
    if (message === undefined) throw new Error("nothing came");
    await cloud.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
    if (message.Body?.includes('"Records"')) return { Records: [{ body: message.Body }] } as SQSEvent;
  }
}

/** The next so many requests for objects that the logs tell of, in any order, as answers end in any order. */
async function logged(count: number): Promise<LoggedRequest[]> {
  const found: LoggedRequest[] = [];
  while (found.length < count) {
    const [record] = (await nextEvent()).Records;
    const key: string = JSON.parse(record?.body ?? "").Records[0].s3.object.key;
    const object = await createS3ObjectStore({ client: cloud.s3, bucket: "logs" }).get(key);
    if (object === undefined) throw new Error(`${key} is not there`);
    for await (const { text } of logLines(object.body)) {
      const request = readAccessLogLine(text);
      expect(request, text).toBeDefined();
      if (request?.operation.endsWith(".OBJECT")) found.push(request);
    }
  }
  return found;
}

describe("the access log of a bucket", () => {
  it("is configured, told, and turned off again", async () => {
    const { LoggingEnabled } = await cloud.s3.send(new S3.GetBucketLoggingCommand({ Bucket: "box" }));
    expect(LoggingEnabled).toEqual({ TargetBucket: "logs", TargetPrefix: "access/" });
    expect((await cloud.s3.send(new S3.GetBucketLoggingCommand({ Bucket: "logs" }))).LoggingEnabled).toBeUndefined();
    await expect(configure("nowhere")).rejects.toMatchObject({ name: "InvalidTargetBucketForLogging" });
    await cloud.s3.send(new S3.PutBucketLoggingCommand({ Bucket: "box", BucketLoggingStatus: {} }));
    expect((await cloud.s3.send(new S3.GetBucketLoggingCommand({ Bucket: "box" }))).LoggingEnabled).toBeUndefined();
    await configure("logs");
  });

  it("tells of requests that were answered and of such that were refused, who sent them and what they got", async () => {
    const open = await link();
    const agent = { "user-agent": 'a "quoted" agent', referer: 'https://mail.example/"' };
    await (await fetch(open, { headers: agent })).arrayBuffer();
    await (await fetch(open, { headers: { ...agent, range: "bytes=0-99" } })).arrayBuffer();
    expect((await fetch(open.replace("exp_1", "exp_2"))).status).toBe(403);
    expect((await fetch(open, { method: "HEAD" })).status).toBe(403);
    await cloud.s3.send(new S3.PutObjectCommand({ Bucket: "box", Key: "spool/a b+é", Body: "x" }));
    const told = await logged(5);
    const statusOf = ({ status }: LoggedRequest) => status ?? 0;
    const of = (operation: string) =>
      told
        .filter((request) => request.operation === operation)
        .toSorted((left, right) => statusOf(left) - statusOf(right));
    const byLink = { requester: "arn:aws:sts::000000000000:assumed-role/download/download-link", key: KEY };
    expect(of("REST.GET.OBJECT")).toMatchObject([
      { ...byLink, remoteIp: "127.0.0.1", status: 200, bytesSent: BUNDLE.length },
      { ...byLink, remoteIp: "127.0.0.1", status: 206, bytesSent: 100 },
      { requester: null, key: KEY.replace("exp_1", "exp_2"), status: 403, bytesSent: expect.any(Number) },
    ]);
    expect(of("REST.HEAD.OBJECT")).toMatchObject([{ requester: null, status: 403, bytesSent: null }]);
    expect(of("REST.PUT.OBJECT")).toMatchObject([
      { requester: "arn:aws:iam::000000000000:user/local", key: "spool/a b+é", status: 200 },
    ]);
    for (const { at } of told) expect(Math.abs(at - cloud.clock.now())).toBeLessThan(60_000);
  });

  it("comes to the function's queue, and is one entry of the audit log, however often it comes", async () => {
    const table = createMemoryTable();
    const ledger = createLedger({ table, clock: () => cloud.clock.now() });
    const logs = createS3ObjectStore({ client: cloud.s3, bucket: "logs" });
    const handler = createHandler({ note: noteDownloads({ ledger, logs, log: createSilentLog() }) });
    await (await fetch(await link())).arrayBuffer();
    while (table.items().length === 0) {
      const event = await nextEvent();
      await handler(event, context);
      await handler(event, context);
    }
    const [stored, ...others] = await ledger.newest(auditEntry, "acme", 10);
    expect(others).toEqual([]);
    expect(stored?.record).toMatchObject({
      action: "export.downloaded",
      actor: { kind: "link", id: "exp_1" },
      subject_key: "exp_1",
      remote_ip: "127.0.0.1",
      bytes_sent: BUNDLE.length,
    });
  });

  it("tells only so much as has left, where a download breaks off", async () => {
    const big = "y".repeat(30_000_000);
    await cloud.s3.send(new S3.PutObjectCommand({ Bucket: "box", Key: KEY, Body: big }));
    const response = await fetch(await link());
    await response.body?.cancel();
    const told = await logged(2);
    const [broken] = told.filter(({ operation }) => operation === "REST.GET.OBJECT");
    expect(broken?.status).toBe(200);
    expect(broken?.bytesSent ?? 0).toBeLessThan(big.length);
  });

  it("is delivered before the server ends", async () => {
    // Nobody reads its body, so that the end comes in the middle of it.
    const unread = await fetch(await link());
    expect(unread.status).toBe(200);
    const { dataDir } = cloud;
    await cloud.close();
    cloud = await startTestCloud(dataDir);
    expect(await logged(1)).toMatchObject([{ operation: "REST.GET.OBJECT", key: KEY, status: 200 }]);
    await expect(unread.arrayBuffer()).rejects.toThrow("terminated");
  });
});
