import {
  type BatchResultErrorEntry,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { Queue } from "../ports.ts";
import { atOnce } from "../at-once.ts";
import { createPatience } from "./patience.ts";

const BATCH_MESSAGES = 10;
const BATCH_BYTES = 1_048_576;
const BATCHES_AT_ONCE = 4;

/** A queue of JSON messages, in SQS. */
export function createSqsQueue<Message>({ client, url }: { client: SQSClient; url: string }): Queue<Message> {
  async function sendBatch(bodies: readonly string[], DelaySeconds: number | undefined): Promise<void> {
    const wait = createPatience();
    let entries: SendMessageBatchRequestEntry[] = bodies.map((MessageBody, index) => ({
      Id: String(index),
      MessageBody,
      DelaySeconds,
    }));
    for (;;) {
      const request = new SendMessageBatchCommand({ QueueUrl: url, Entries: entries });
      const { Failed = [] } = await client.send(request);
      if (Failed.length === 0) return;
      const refusal = refusalOf(Failed);
      if (Failed.some(({ SenderFault }) => SenderFault)) throw refusal;
      entries = entries.filter(({ Id }) => Failed.some((failed) => failed.Id === Id));
      await wait(refusal);
    }
  }

  return {
    async send(messages, { delaySeconds } = {}) {
      await atOnce(BATCHES_AT_ONCE, batches(messages.map(toBody)), (bodies) => sendBatch(bodies, delaySeconds));
    },
  };
}

/** SQS refuses the two characters that XML does not know and JSON lets through. */
const toBody = (message: unknown): string =>
  JSON.stringify(message).replaceAll(/[\uFFFE\uFFFF]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`);

function batches(bodies: readonly string[]): string[][] {
  const all: string[][] = [];
  let bytes = Infinity;
  for (const body of bodies) {
    const size = Buffer.byteLength(body);
    if (size > BATCH_BYTES) throw new Error(`a message of ${size} bytes: a queue takes at most ${BATCH_BYTES}`);
    const last = all.at(-1);
    if (last === undefined || last.length === BATCH_MESSAGES || bytes + size > BATCH_BYTES) {
      all.push([body]);
      bytes = size;
      continue;
    }
    last.push(body);
    bytes += size;
  }
  return all;
}

const refusalOf = (failed: readonly BatchResultErrorEntry[]): Error => {
  const [first] = failed;
  return new Error(`${failed.length} messages were not taken by the queue: ${first?.Code} ${first?.Message ?? ""}`);
};
