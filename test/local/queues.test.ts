import { appendFileSync } from "node:fs";
import * as SQS from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { REGION, startTestCloud } from "./start-cloud.ts";
import type { TestCloud } from "./start-cloud.ts";

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await startTestCloud();
});
afterEach(() => cloud.discard());

const make = async (QueueName: string, Attributes: Record<string, string> = {}) =>
  (await cloud.sqs.send(new SQS.CreateQueueCommand({ QueueName, Attributes }))).QueueUrl;
const send = (QueueUrl: string | undefined, MessageBody: string, more: Partial<SQS.SendMessageCommandInput> = {}) =>
  cloud.sqs.send(new SQS.SendMessageCommand({ QueueUrl, MessageBody, ...more }));
async function receive(QueueUrl: string | undefined, WaitTimeSeconds = 0) {
  const asked = { MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["All" as const] };
  const { Messages = [] } = await cloud.sqs.send(
    new SQS.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds, ...asked }),
  );
  return Messages;
}
const bodies = async (url: string | undefined, wait = 0) => (await receive(url, wait)).map(({ Body }) => Body);
const redrive = (queue: string, maxReceiveCount: number) => ({
  RedrivePolicy: JSON.stringify({
    deadLetterTargetArn: `arn:aws:sqs:${REGION}:000000000000:${queue}`,
    maxReceiveCount,
  }),
});
async function reopen() {
  await cloud.close();
  cloud = await startTestCloud(cloud.dataDir);
}

describe("messages", () => {
  it("stay out of sight for the visibility timeout, by the clock", async () => {
    const url = await make("work", { VisibilityTimeout: "5400" });
    await send(url, "job");
    expect(await bodies(url)).toEqual(["job"]);
    cloud.clock.advance(5399_000);
    expect(await bodies(url)).toEqual([]);
    cloud.clock.advance(1000);
    const [message] = await receive(url);
    expect(message?.Attributes?.["ApproximateReceiveCount"]).toBe("2");
  });

  it("come after their delay, waking whoever waits when the clock is advanced", async () => {
    const url = await make("work");
    await send(url, "later", { DelaySeconds: 600 });
    cloud.clock.advance(590_000);
    expect(await bodies(url)).toEqual([]);
    const began = Date.now();
    const waiting = bodies(url, 20);
    cloud.clock.advance(10_000);
    expect(await waiting).toEqual(["later"]);
    expect(Date.now() - began).toBeLessThan(5000);
  });

  it("wake a long poll when they arrive, and go to one receiver only", async () => {
    const url = await make("work");
    const polls = [bodies(url, 20), bodies(url, 20)];
    await send(url, "one");
    await Promise.race(polls);
    await send(url, "two");
    const received = (await Promise.all(polls)).flat();
    expect(received).toHaveLength(2);
    expect(new Set(received)).toEqual(new Set(["one", "two"]));
  });

  it("go to the dead letters after the receives that the policy allows, and back", async () => {
    const dead = await make("dead");
    const url = await make("work", { VisibilityTimeout: "60", ...redrive("dead", 3) });
    await send(url, "poison");
    for (let count = 0; count < 3; count += 1) {
      expect(await bodies(url)).toEqual(["poison"]);
      cloud.clock.advance(60_000);
    }
    expect(await bodies(url)).toEqual([]);
    await cloud.sqs.send(new SQS.StartMessageMoveTaskCommand({ SourceArn: `arn:aws:sqs:${REGION}:000000000000:dead` }));
    expect(await bodies(dead)).toEqual([]);
    expect(await bodies(url)).toEqual(["poison"]);
  });

  it("are forgotten after the retention period", async () => {
    const url = await make("work", { MessageRetentionPeriod: "3600" });
    await send(url, "old");
    cloud.clock.advance(3600_000);
    await send(url, "new");
    expect(await bodies(url)).toEqual(["new"]);
  });

  it("are deleted by their last receipt, not by an older one or one of another queue", async () => {
    const [url, other] = [await make("work", { VisibilityTimeout: "0" }), await make("other")];
    const remove = (QueueUrl: string | undefined, ReceiptHandle: string | undefined) =>
      cloud.sqs.send(new SQS.DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    await send(url, "job");
    const [first] = await receive(url);
    const [last] = await receive(url);
    await remove(url, first?.ReceiptHandle);
    expect(await bodies(url)).toEqual(["job"]);
    await expect(remove(other, last?.ReceiptHandle)).rejects.toMatchObject({ name: "ReceiptHandleIsInvalid" });
    const [newest] = await receive(url);
    await remove(url, newest?.ReceiptHandle);
    expect(await bodies(url)).toEqual([]);
  });

  it("survive a restart: those in flight are visible again with their count, the deleted stay deleted", async () => {
    const url = await make("work", { VisibilityTimeout: "5400" });
    for (const body of ["flying", "deleted", "waiting", "delayed"]) {
      await send(url, body, { DelaySeconds: body === "delayed" ? 600 : 0 });
    }
    const [, gone] = await receive(url);
    await cloud.sqs.send(new SQS.DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: gone?.ReceiptHandle }));
    await send(url, "unread");
    await reopen();
    const counts = (await receive(url)).map(({ Body, Attributes }) => [Body, Attributes?.["ApproximateReceiveCount"]]);
    expect(counts).toEqual([
      ["flying", "2"],
      ["waiting", "2"],
      ["unread", "1"],
    ]);
    cloud.clock.advance(600_000);
    expect(await bodies(url)).toEqual(["delayed"]);
  });

  it("survive a restart of a journal whose last line was cut off", async () => {
    const url = await make("work");
    await send(url, "whole");
    await cloud.close();
    appendFileSync(`${cloud.dataDir}/sqs/queues.jsonl`, '{"op":"send","queue":"wo');
    cloud = await startTestCloud(cloud.dataDir);
    await send(url, "next");
    await reopen();
    expect(await bodies(url)).toEqual(["whole", "next"]);
  });

  it("keep their order within a group of a FIFO queue and come once", async () => {
    const url = await make("order.fifo", { FifoQueue: "true", ContentBasedDeduplication: "true" });
    for (const body of ["1", "1", "2"]) await send(url, body, { MessageGroupId: "a" });
    const [first] = await cloud.sqs
      .send(new SQS.ReceiveMessageCommand({ QueueUrl: url }))
      .then(({ Messages = [] }) => Messages);
    expect(first?.Body).toBe("1");
    expect(await bodies(url)).toEqual([]);
    await cloud.sqs.send(new SQS.DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle }));
    expect(await bodies(url)).toEqual(["2"]);
    cloud.clock.advance(5 * 60_000);
    await send(url, "1", { MessageGroupId: "b" });
    expect(await bodies(url)).toContain("1");
  });
});

describe("queues", () => {
  it("keep changed attributes over a restart", async () => {
    const url = await make("work");
    await cloud.sqs.send(new SQS.SetQueueAttributesCommand({ QueueUrl: url, Attributes: { VisibilityTimeout: "77" } }));
    await reopen();
    const { Attributes } = await cloud.sqs.send(
      new SQS.GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] }),
    );
    expect(Attributes).toMatchObject({ VisibilityTimeout: "77", ApproximateNumberOfMessages: "0" });
  });

  it("refuse attributes that make no sense and dead letters that go nowhere", async () => {
    await expect(make("a", { VisibilityTimeout: "43201" })).rejects.toMatchObject({ name: "InvalidAttributeValue" });
    await expect(make("b", { Colour: "red" })).rejects.toMatchObject({ name: "InvalidAttributeName" });
    await expect(make("c", redrive("nowhere", 3))).rejects.toThrow("Dead letter target does not exist");
  });

  it("refuse whoever signs with a wrong secret", async () => {
    const credentials = { accessKeyId: "LOCALKEY", secretAccessKey: "wrong" };
    const stranger = new SQS.SQSClient({ region: REGION, credentials, endpoint: cloud.endpoints.sqs });
    await expect(stranger.send(new SQS.ListQueuesCommand({}))).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
  });
});
