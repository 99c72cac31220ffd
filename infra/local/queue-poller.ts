import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { setTimeout as pause } from "node:timers/promises";
import type { FunctionPool } from "./function-pool.ts";

/**
 * Lambda leaves a failed message hidden until its visibility timeout, which is minutes. Here it comes back after a
 * second, then two, four ..., so that nobody waits to see a retry.
 */
const FIRST_RETRY_SECONDS = 1;
const LONGEST_RETRY_SECONDS = 30;

export interface QueuePoller {
  close(): Promise<void>;
}

interface PollerOptions {
  readonly sqs: SQSClient;
  readonly url: string;
  readonly arn: string;
  readonly pool: FunctionPool;
  readonly concurrency: number;
  readonly onFailure: (error: Error, attempt: number) => void;
}

/** The event source mapping of a queue: one message per invocation, deleted when the function returns. */
export function startQueuePoller({ sqs, url, arn, pool, concurrency, onFailure }: PollerOptions): QueuePoller {
  const stop = new AbortController();

  async function poll(): Promise<void> {
    while (!stop.signal.aborted) {
      const message = await receive();
      if (message !== undefined) await deliver(message);
    }
  }

  async function receive(): Promise<Message | undefined> {
    try {
      const command = new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 1,
        WaitTimeSeconds: 20,
        MessageSystemAttributeNames: ["All"],
      });
      const { Messages = [] } = await sqs.send(command, { abortSignal: stop.signal });
      return Messages[0];
    } catch (error) {
      if (stop.signal.aborted) return undefined;
      onFailure(error instanceof Error ? error : new Error(String(error)), 0);
      await pause(1000);
      return undefined;
    }
  }

  async function deliver(message: Message): Promise<void> {
    const ReceiptHandle = message.ReceiptHandle ?? "";
    try {
      await pool.invoke(toEvent(message, arn));
      await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
    } catch (error) {
      if (stop.signal.aborted) return;
      const attempt = Number(message.Attributes?.ApproximateReceiveCount ?? 1);
      onFailure(error instanceof Error ? error : new Error(String(error)), attempt);
      const VisibilityTimeout = Math.min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** (attempt - 1));
      // Failing that, the message comes back at its own time.
      await sqs
        .send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout }))
        .catch(() => undefined);
    }
  }

  const loops = Array.from({ length: concurrency }, poll);
  return {
    async close() {
      stop.abort();
      await Promise.all(loops);
    },
  };
}

const toEvent = ({ MessageId, ReceiptHandle, Body, Attributes, MD5OfBody }: Message, arn: string): SQSEvent => ({
  Records: [
    {
      messageId: MessageId ?? "",
      receiptHandle: ReceiptHandle ?? "",
      body: Body ?? "",
      attributes: {
        ApproximateReceiveCount: Attributes?.ApproximateReceiveCount ?? "1",
        SentTimestamp: Attributes?.SentTimestamp ?? "0",
        SenderId: Attributes?.SenderId ?? "",
        ApproximateFirstReceiveTimestamp: Attributes?.ApproximateFirstReceiveTimestamp ?? "0",
      },
      messageAttributes: {},
      md5OfBody: MD5OfBody ?? "",
      eventSource: "aws:sqs",
      eventSourceARN: arn,
      awsRegion: "us-east-1",
    },
  ],
});
