import { createHash, randomUUID } from "node:crypto";
import { attributesMd5, attributesSize, readAttributes } from "./sqs-attributes.ts";
import { invalidValue, sqsError } from "./sqs-error.ts";
import { optionalInteger, optionalText, requireText } from "./sqs-input.ts";
import type { SqsInput } from "./sqs-input.ts";
import type { Queue, QueueMessage } from "./sqs-queue.ts";
import { LARGEST_MESSAGE } from "./sqs-settings.ts";

const DEDUPLICATION_MS = 5 * 60_000;
// What XML 1.0 allows is what SQS allows.
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

let lastSequence = 0;

/** Puts a message into a queue; answers what the sender is told. */
export function sendMessage(queue: Queue, input: SqsInput, now: number) {
  const body = requireText(input, "MessageBody");
  const attributes = readAttributes(input, "MessageAttributes");
  if (FORBIDDEN.test(body))
    throw sqsError("InvalidMessageContents", "The message contains characters outside the allowed set.");
  const limit = Number(queue.attributes["MaximumMessageSize"]);
  if (messageSize(input) > limit) {
    throw invalidValue(`One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`);
  }
  const system = readAttributes(input, "MessageSystemAttributes");
  const traceHeader = system["AWSTraceHeader"]?.StringValue;
  const delay = readDelay(queue, input);
  const order = queue.isFifo ? readOrder(queue, input, body) : readFairness(input);
  const seen = order.deduplicationId === undefined ? undefined : recentOf(queue, order.deduplicationId, now);
  const digests = {
    MD5OfMessageBody: createHash("md5").update(body).digest("hex"),
    MD5OfMessageAttributes: attributesMd5(attributes),
    MD5OfMessageSystemAttributes: attributesMd5(system),
  };
  if (seen) return { ...digests, MessageId: seen.id, SequenceNumber: seen.sequence };

  const message: QueueMessage = {
    ...order,
    ...(queue.isFifo && { sequence: nextSequence() }),
    ...(traceHeader !== undefined && { traceHeader }),
    id: randomUUID(),
    body,
    attributes,
    sentAt: now,
    visibleAt: now + delay * 1000,
    receiveCount: 0,
  };
  const { id, deduplicationId, sequence } = message;
  if (deduplicationId !== undefined) queue.recent.set(deduplicationId, { id, sequence: sequence ?? "", at: now });
  queue.add(message);
  return { ...digests, MessageId: id, SequenceNumber: sequence };
}

/** Bytes of a message that count against the limits. */
function messageSize(input: SqsInput): number {
  const body = Buffer.byteLength(optionalText(input, "MessageBody") ?? "");
  return body + attributesSize(readAttributes(input, "MessageAttributes"));
}

/** Refuses a batch that is too large as a whole. */
export function requireBatchSize(entries: readonly SqsInput[]): void {
  const total = entries.reduce((sum, entry) => sum + messageSize(entry), 0);
  if (total <= LARGEST_MESSAGE) return;
  const message = `Batch requests cannot be longer than ${LARGEST_MESSAGE} bytes. You have sent ${total} bytes.`;
  throw sqsError("BatchRequestTooLong", message, "AWS.SimpleQueueService.BatchRequestTooLong");
}

function readDelay(queue: Queue, input: SqsInput): number {
  const own = Number(queue.attributes["DelaySeconds"]);
  const given = optionalInteger(input, "DelaySeconds", 0, 900);
  if (queue.isFifo && given !== undefined && given > 0) {
    throw invalidValue(
      `Value ${given} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
  }
  return given ?? own;
}

interface MessageOrder {
  readonly groupId?: string;
  readonly deduplicationId?: string;
}

function readOrder(queue: Queue, input: SqsInput, body: string): MessageOrder {
  const groupId = requireText(input, "MessageGroupId");
  const given = optionalText(input, "MessageDeduplicationId");
  if (given !== undefined) return { groupId, deduplicationId: given };
  if (queue.attributes["ContentBasedDeduplication"] !== "true") {
    throw invalidValue(
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  }
  return { groupId, deduplicationId: createHash("sha256").update(body).digest("hex") };
}

/** On standard queues a group keeps one tenant from starving the others; it orders nothing. */
function readFairness(input: SqsInput): MessageOrder {
  const groupId = optionalText(input, "MessageGroupId");
  return groupId === undefined ? {} : { groupId };
}

function recentOf({ recent }: Queue, deduplicationId: string, now: number) {
  for (const [id, { at }] of recent) if (at + DEDUPLICATION_MS <= now) recent.delete(id);
  return recent.get(deduplicationId);
}

function nextSequence(): string {
  lastSequence = Math.max(lastSequence + 1, Date.now() * 1000);
  return String(lastSequence).padStart(20, "0");
}
