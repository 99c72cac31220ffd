import * as S3 from "@aws-sdk/client-s3";
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { REGION, startTestCloud } from "./start-cloud.ts";
import type { TestCloud } from "./start-cloud.ts";

let cloud: TestCloud;
let QueueUrl: string | undefined;
beforeAll(async () => {
  cloud = await startTestCloud();
  await cloud.s3.send(new S3.CreateBucketCommand({ Bucket: "box" }));
  ({ QueueUrl } = await cloud.sqs.send(new CreateQueueCommand({ QueueName: "drops" })));
});
afterAll(() => cloud.discard());

const configure = (queue: string) =>
  cloud.s3.send(
    new S3.PutBucketNotificationConfigurationCommand({
      Bucket: "box",
      NotificationConfiguration: {
        QueueConfigurations: [
          {
            QueueArn: `arn:aws:sqs:${REGION}:000000000000:${queue}`,
            Events: ["s3:ObjectCreated:*"],
            Filter: {
              Key: {
                FilterRules: [
                  { Name: "prefix", Value: "imports/" },
                  { Name: "suffix", Value: ".csv" },
                ],
              },
            },
          },
        ],
      },
    }),
  );

async function bodies() {
  const { Messages = [] } = await cloud.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  for (const { ReceiptHandle } of Messages) await cloud.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Messages.map(({ Body = "" }) => JSON.parse(Body));
}

describe("notifications", () => {
  it("are not taken for a queue that is not there", async () => {
    await expect(configure("nowhere")).rejects.toMatchObject({ name: "InvalidArgument" });
  });

  it("begin with a test message", async () => {
    await configure("drops");
    expect(await bodies()).toMatchObject([{ Event: "s3:TestEvent", Bucket: "box" }]);
  });

  it("tell of the keys that match, encoded, each put with a greater sequencer, over a restart", async () => {
    const put = (Key: string) => cloud.s3.send(new S3.PutObjectCommand({ Bucket: "box", Key, Body: "x" }));
    for (const key of ["imports/p/a b+é(1).csv", "imports/p/a.txt", "exports/a.csv"]) await put(key);
    await cloud.s3.send(
      new S3.CopyObjectCommand({ Bucket: "box", Key: "imports/copy.csv", CopySource: "box/exports/a.csv" }),
    );
    const before = await bodies();
    const { dataDir } = cloud;
    await cloud.close();
    cloud = await startTestCloud(dataDir);
    await put("imports/copy.csv");
    const records = [...before, ...(await bodies())].map(({ Records: [record] }) => record);
    expect(records.map(({ eventName, s3 }) => [eventName, s3.object.key])).toEqual([
      ["ObjectCreated:Put", "imports/p/a+b%2B%C3%A9%281%29.csv"],
      ["ObjectCreated:Copy", "imports/copy.csv"],
      ["ObjectCreated:Put", "imports/copy.csv"],
    ]);
    const sequencers = records.map(({ s3 }) => s3.object.sequencer);
    expect(sequencers[0] < sequencers[1] && sequencers[1] < sequencers[2]).toBe(true);
  });
});
