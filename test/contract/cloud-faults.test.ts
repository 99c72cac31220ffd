import { CreateBucketCommand, type S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { SESServiceException } from "@aws-sdk/client-ses";
import type { SendMessageBatchRequestEntry } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { s3 } from "../../shared/aws/s3-client.ts";
import { ses } from "../../shared/aws/ses-client.ts";
import { sqs } from "../../shared/aws/sqs-client.ts";
import { createS3ObjectStore } from "../../shared/aws/s3-object-store.ts";
import { createSesMailer } from "../../shared/aws/ses-mailer.ts";
import { createSqsQueue } from "../../shared/aws/sqs-queue.ts";
import { BUCKET, SENDER, startLocalCloud } from "./local-aws.ts";

const MAIL = { to: "ada@example.com", subject: "a", text: "a", html: "a" };

describe("the other adapters, when the world is not kind", () => {
  let cloud: Awaited<ReturnType<typeof startLocalCloud>>;

  beforeAll(async () => {
    cloud = await startLocalCloud();
    await s3().send(new CreateBucketCommand({ Bucket: BUCKET }));
  });
  afterAll(() => cloud.close());

  const mails = async () => ((await (await fetch(cloud.endpoints.mailbox)).json()) as unknown[]).length;

  it("send only those messages again that the queue did not take", async () => {
    const client = sqs();
    const sent: string[][] = [];
    client.middlewareStack.add(
      () => async (args) => {
        const { Entries = [] } = args.input as { Entries?: SendMessageBatchRequestEntry[] };
        sent.push(Entries.map(({ MessageBody = "" }) => MessageBody));
        const isFirst = sent.length === 1;
        const Failed = isFirst
          ? Entries.slice(1).map(({ Id }) => ({ Id, Code: "InternalError", SenderFault: false }))
          : [];
        return { output: { $metadata: {}, Successful: [], Failed }, response: {} };
      },
      { step: "initialize", name: "refuses" },
    );
    await createSqsQueue({ client, url: "http://127.0.0.1/0/queue" }).send([1, 2, 3]);
    expect(sent).toEqual([
      ["1", "2", "3"],
      ["2", "3"],
    ]);
    client.middlewareStack.remove("refuses");
  });

  it("give up on messages that are the sender's fault", async () => {
    const client = sqs();
    client.middlewareStack.add(
      () => async () => {
        const Failed = [{ Id: "0", Code: "InvalidMessageContents", SenderFault: true }];
        return { output: { $metadata: {}, Successful: [], Failed }, response: {} };
      },
      { step: "initialize", name: "refuses" },
    );
    const queue = createSqsQueue({ client, url: "http://127.0.0.1/0/queue" });
    await expect(queue.send([1])).rejects.toThrow(/InvalidMessageContents/);
    client.middlewareStack.remove("refuses");
  });

  it("come again when somebody else is writing the same object", async () => {
    const client = s3();
    let refusals = 2;
    failFirst(client, () => refusals-- > 0);
    const store = createS3ObjectStore({ client, bucket: BUCKET });
    expect(await store.put("work/1", "a", { ifAbsent: true })).toBe(true);
    expect(refusals).toBe(-1);
    client.middlewareStack.remove("conflict");
  });

  it("say when there is no bucket, rather than no object", async () => {
    const store = createS3ObjectStore({ client: s3(), bucket: "elsewhere" });
    await expect(store.get("work/1")).rejects.toThrow(/bucket/);
    await expect(store.copy("work/1", "work/2", '"etag"')).rejects.toThrow(/bucket/);
  });

  it("wait for the rate at which mails may be sent, and send each once", async () => {
    const before = await mails();
    const client = ses();
    let throttles = 2;
    client.middlewareStack.add(
      (next) => async (args) => {
        if (throttles-- <= 0) return next(args);
        const message = "Maximum sending rate exceeded.";
        throw new SESServiceException({ name: "Throttling", message, $fault: "client", $metadata: {} });
      },
      { step: "initialize", name: "throttles" },
    );
    await createSesMailer({ client, sender: SENDER }).send(MAIL);
    expect((await mails()) - before).toBe(1);
    client.middlewareStack.remove("throttles");
  });

  it("send no mail again of which they do not know whether it went out", async () => {
    const before = await mails();
    const client = ses();
    client.middlewareStack.add(
      (next) => async (args) => {
        await next(args);
        throw Object.assign(new Error("socket hang up"), { name: "TimeoutError", code: "ECONNRESET" });
      },
      { step: "finalizeRequest", priority: "low", name: "loses answers" },
    );
    await expect(createSesMailer({ client, sender: SENDER }).send(MAIL)).rejects.toThrow("socket hang up");
    expect((await mails()) - before).toBe(1);
    client.middlewareStack.remove("loses answers");
  });
});

function failFirst(client: S3Client, isRefused: () => boolean): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      if (!isRefused()) return next(args);
      const $metadata = { httpStatusCode: 409 };
      throw new S3ServiceException({ name: "ConditionalRequestConflict", message: "", $fault: "client", $metadata });
    },
    { step: "initialize", name: "conflict" },
  );
}
