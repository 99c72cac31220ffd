import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { setTimeout as pause } from "node:timers/promises";
import type { Attempt } from "./failures.ts";
import type { FunctionPool } from "./function-pool.ts";

/**
 * Lambda leaves a failed message hidden until its visibility timeout, which is minutes. Here it comes back after a
 * second, then two, four ..., so that nobody waits to see a retry.
 */
const FIRST_RETRY_SECONDS = 1;
const LONGEST_RETRY_SECONDS = 30;

export interface QueuePoller {
  /** Takes no more messages; resolves when those under way have ended. */
  close(): Promise<void>;
}

interface PollerOptions {
  readonly sqs: SQSClient;
  readonly url: string;
  readonly arn: string;
  readonly pool: FunctionPool;
  readonly concurrency: number;
  /** Failed deliveries before a message goes to the dead-letter queue. */
  readonly maxReceiveCount: number;
  /** Without an attempt it was the queue that failed. */
  readonly onFailure: (error: Error, attempt?: Attempt) => void;
}

/** The event source mapping of a queue: one message per invocation, deleted when the function returns. */
export function startQueuePoller(options: PollerOptions): QueuePoller {
  const { sqs, url, arn, pool, concurrency, maxReceiveCount, onFailure } = options;
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
      onFailure(asError(error));
      await pause(1000, undefined, { signal: stop.signal }).catch(() => undefined);
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
      const number = Number(message.Attributes?.ApproximateReceiveCount ?? 1);
      const isLast = number >= maxReceiveCount;
      // What is given up goes to the dead letters as soon as it is seen again.
      const retrySeconds = isLast ? 0 : Math.min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** (number - 1));
      onFailure(asError(error), { number, isLast, retrySeconds });
      // Failing that, the message comes back at its own time.
      await sqs
        .send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: retrySeconds }))
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

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

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
