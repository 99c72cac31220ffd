import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { sqs } from "../../shared/aws/sqs-client.ts";
import { createSqsQueue } from "../../shared/aws/sqs-queue.ts";
import { createMemoryQueue } from "../fakes/memory-queue.ts";
import { describeQueue } from "./describe-queue.ts";
import { startLocalCloud } from "./local-aws.ts";

describeQueue("in memory", async () => {
  const queue = createMemoryQueue<{ id: number }>();
  return { queue, drain: async () => queue.drain() };
});

describeQueue("in SQS", async () => {
  const cloud = await startLocalCloud();
  const client = sqs();
  const { QueueUrl: url = "" } = await client.send(
    new CreateQueueCommand({ QueueName: "contract", Attributes: { MaximumMessageSize: "1048576" } }),
  );
  return {
    queue: createSqsQueue({ client, url }),
    async drain() {
      const bodies: string[] = [];
      for (;;) {
        const request = new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 });
        const { Messages = [] } = await client.send(request);
        if (Messages.length === 0) return bodies.map((body) => JSON.parse(body));
        bodies.push(...Messages.map(({ Body = "" }) => Body));
        const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
        await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
      }
    },
    async close() {
      client.destroy();
      await cloud.close();
    },
  };
});
