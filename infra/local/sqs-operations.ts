import { createHash, randomUUID } from "node:crypto";
import { AwsError } from "./aws-error.ts";
import { attributesMd5, chooseAttributes } from "./sqs-attributes.ts";
import { invalidValue, sqsError } from "./sqs-error.ts";
import { batchEntries, optionalInteger, optionalText, requireText, textList } from "./sqs-input.ts";
import type { SqsInput } from "./sqs-input.ts";
import * as admin from "./sqs-admin.ts";
import type { Queue, QueueMessage } from "./sqs-queue.ts";
import type { Queues } from "./sqs-queues.ts";
import { requireBatchSize, sendMessage } from "./sqs-send.ts";
import { receive } from "./sqs-wait.ts";

/** What an operation gets. */
export interface SqsCall {
  readonly queues: Queues;
  readonly input: SqsInput;
  readonly accessKeyId: string;
  /** Where the queues' addresses begin. */
  readonly base: string;
  readonly gone: AbortSignal;
}

type Operation = (call: SqsCall) => object | Promise<object>;

const LONGEST_INVISIBILITY = 43_200;

/** The operations that are answered. */
export const operations: Readonly<Record<string, Operation>> = {
  ...admin.adminOperations,
  SendMessage: (call) => sendMessage(queueOf(call), call.input, call.queues.clock.now()),
  SendMessageBatch(call) {
    const queue = queueOf(call);
    const entries = batchEntries(call.input);
    requireBatchSize(entries);
    return eachEntry(entries, (entry) => sendMessage(queue, entry, call.queues.clock.now()));
  },
  ReceiveMessage: receiveMessages,
  DeleteMessage: (call) => deleteMessage(queueOf(call), call.input),
  DeleteMessageBatch(call) {
    const queue = queueOf(call);
    return eachEntry(batchEntries(call.input), (entry) => deleteMessage(queue, entry));
  },
  ChangeMessageVisibility: (call) => changeVisibility(queueOf(call), call.input, call.queues.clock.now()),
  ChangeMessageVisibilityBatch(call) {
    const queue = queueOf(call);
    return eachEntry(batchEntries(call.input), (entry) => changeVisibility(queue, entry, call.queues.clock.now()));
  },
  PurgeQueue(call) {
    const queue = queueOf(call);
    for (const id of queue.messages.keys()) queue.remove(id);
    return {};
  },
  StartMessageMoveTask(call) {
    const source = requireArn(call, requireText(call.input, "SourceArn"));
    const destination = optionalText(call.input, "DestinationArn");
    for (const message of source.messages.values()) {
      const target = call.queues.require(destination ?? message.sourceArn ?? sourceArnOf(call, source));
      const { sourceArn: _, receipt: __, firstReceivedAt: ___, ...rest } = message;
      const now = call.queues.clock.now();
      // A moved message starts over, or its count would send it straight back.
      target.add({ ...rest, id: randomUUID(), sentAt: now, visibleAt: now, receiveCount: 0 });
      source.remove(message.id);
    }
    return { TaskHandle: Buffer.from(randomUUID()).toString("base64") };
  },
};

function queueOf({ queues, input }: SqsCall): Queue {
  return queues.require(requireText(input, "QueueUrl"));
}

function requireArn({ queues }: SqsCall, arn: string): Queue {
  const queue = queues.all().find((candidate) => candidate.arn === arn);
  if (queue) return queue;
  throw sqsError(
    "ResourceNotFoundException",
    "The resource that you specified for the SourceArn parameter doesn't exist.",
  );
}

function sourceArnOf({ queues }: SqsCall, deadLetters: Queue): string {
  const source = admin.sourcesOf(queues, deadLetters)[0];
  if (source) return source.arn;
  throw invalidValue("Source queue must be configured as a Dead Letter Queue.");
}

async function receiveMessages(call: SqsCall): Promise<object> {
  const queue = queueOf(call);
  const { input, queues, gone } = call;
  const limit = optionalInteger(input, "MaxNumberOfMessages", 1, 10) ?? 1;
  const visibilitySeconds =
    optionalInteger(input, "VisibilityTimeout", 0, LONGEST_INVISIBILITY) ??
    Number(queue.attributes["VisibilityTimeout"]);
  const waitSeconds =
    optionalInteger(input, "WaitTimeSeconds", 0, 20) ?? Number(queue.attributes["ReceiveMessageWaitTimeSeconds"]);
  const messages = await receive(queue, { limit, visibilitySeconds, waitSeconds, gone }, queues.clock);
  return messages.length === 0 ? {} : { Messages: messages.map((message) => describe(call, queue, message)) };
}

function describe({ input, accessKeyId }: SqsCall, queue: Queue, message: QueueMessage): object {
  const wanted = [...textList(input, "AttributeNames"), ...textList(input, "MessageSystemAttributeNames")];
  const system: Readonly<Record<string, string | number | undefined>> = {
    SenderId: accessKeyId,
    SentTimestamp: message.sentAt,
    ApproximateReceiveCount: message.receiveCount,
    ApproximateFirstReceiveTimestamp: message.firstReceivedAt,
    MessageGroupId: message.groupId,
    MessageDeduplicationId: message.deduplicationId,
    SequenceNumber: message.sequence,
    DeadLetterQueueSourceArn: message.sourceArn,
    AWSTraceHeader: message.traceHeader,
  };
  const known = Object.entries(system).filter(
    ([name, value]) => value !== undefined && (wanted.includes("All") || wanted.includes(name)),
  );
  const attributes = chooseAttributes(message.attributes, textList(input, "MessageAttributeNames"));
  const digest = attributesMd5(attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: queue.handleOf(message),
    Body: message.body,
    MD5OfBody: createHash("md5").update(message.body).digest("hex"),
    ...(known.length > 0 && { Attributes: Object.fromEntries(known.map(([name, value]) => [name, String(value)])) }),
    ...(digest !== undefined && { MessageAttributes: attributes, MD5OfMessageAttributes: digest }),
  };
}

function deleteMessage(queue: Queue, input: SqsInput): object {
  const message = queue.find(requireText(input, "ReceiptHandle"));
  // An older receipt than the last deletes nothing, and says nothing.
  if (message) queue.remove(message.id);
  return {};
}

function changeVisibility(queue: Queue, input: SqsInput, now: number): object {
  const seconds = optionalInteger(input, "VisibilityTimeout", 0, LONGEST_INVISIBILITY);
  if (seconds === undefined)
    throw sqsError("MissingParameter", "The request must contain the parameter VisibilityTimeout.");
  const message = queue.find(requireText(input, "ReceiptHandle"));
  if (message === undefined) {
    throw invalidValue("Message does not exist or is not available for visibility timeout change.");
  }
  if (message.visibleAt <= now) {
    const text = "The message referred to isn't in flight.";
    throw sqsError("MessageNotInflight", text, "AWS.SimpleQueueService.MessageNotInflight");
  }
  queue.hide(message, seconds);
  return {};
}

function eachEntry(entries: readonly (SqsInput & { Id: string })[], act: (entry: SqsInput) => object): object {
  const successful: object[] = [];
  const failed: object[] = [];
  for (const entry of entries) {
    try {
      successful.push({ Id: entry.Id, ...act(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful: successful, Failed: failed };
}
