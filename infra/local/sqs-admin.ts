import { invalidValue, noSuchQueue, sqsError } from "./sqs-error.ts";
import { optionalText, requireText, textList, textRecord } from "./sqs-input.ts";
import type { SqsCall } from "./sqs-operations.ts";
import type { Queue } from "./sqs-queue.ts";
import { ACCOUNT } from "./sqs-queues.ts";
import type { Queues } from "./sqs-queues.ts";
import { completeAttributes, readRedrive, requireAttributes } from "./sqs-settings.ts";

/** The operations on queues as such. */
export const adminOperations: Readonly<Record<string, (call: SqsCall) => object>> = {
  CreateQueue: createQueue,
  GetQueueUrl(call) {
    const queue = call.queues.get(requireText(call.input, "QueueName"));
    if (queue === undefined) throw noSuchQueue();
    return { QueueUrl: addressOf(call, queue) };
  },
  ListQueues(call) {
    const prefix = optionalText(call.input, "QueueNamePrefix") ?? "";
    const queues = call.queues.all().filter(({ name }) => name.startsWith(prefix));
    return queues.length === 0 ? {} : { QueueUrls: queues.map((queue) => addressOf(call, queue)) };
  },
  DeleteQueue(call) {
    call.queues.drop(queueOf(call));
    return {};
  },
  GetQueueAttributes: getAttributes,
  SetQueueAttributes(call) {
    const queue = queueOf(call);
    const given = textRecord(call.input, "Attributes");
    requireAttributes(given, (arn) => call.queues.all().some((other) => other.arn === arn));
    const merged = Object.entries({ ...queue.attributes, ...given });
    queue.attributes = completeAttributes(Object.fromEntries(merged.filter(([, value]) => value !== "")));
    queue.changed = call.queues.clock.now();
    call.queues.save(queue);
    return {};
  },
  TagQueue(call) {
    const queue = queueOf(call);
    queue.tags = { ...queue.tags, ...textRecord(call.input, "Tags") };
    call.queues.save(queue);
    return {};
  },
  UntagQueue(call) {
    const queue = queueOf(call);
    const gone = textList(call.input, "TagKeys");
    queue.tags = Object.fromEntries(Object.entries(queue.tags).filter(([name]) => !gone.includes(name)));
    call.queues.save(queue);
    return {};
  },
  ListQueueTags: (call) => ({ Tags: queueOf(call).tags }),
  ListDeadLetterSourceQueues(call) {
    return { queueUrls: sourcesOf(call.queues, queueOf(call)).map((queue) => addressOf(call, queue)) };
  },
};

/** The queues whose dead letters go to this one. */
export function sourcesOf(queues: Queues, deadLetters: Queue): Queue[] {
  return queues.all().filter(({ attributes }) => readRedrive(attributes)?.deadLetterTargetArn === deadLetters.arn);
}

function createQueue(call: SqsCall): object {
  const { queues, input } = call;
  const name = requireText(input, "QueueName");
  const given = textRecord(input, "Attributes");
  const isFifo = given["FifoQueue"] === "true";
  if (!/^[\w-]{1,80}$/.test(name.replace(/\.fifo$/, "")) || name.length > 80 || name.endsWith(".fifo") !== isFifo) {
    throw invalidValue("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.");
  }
  requireAttributes(given, (arn) => queues.all().some((queue) => queue.arn === arn));
  const existing = queues.get(name);
  const changed = Object.entries(given).find(([key, value]) => existing && existing.attributes[key] !== value);
  if (changed) {
    const message = `A queue already exists with the same name and a different value for attribute ${changed[0]}`;
    throw sqsError("QueueNameExists", message, "QueueAlreadyExists");
  }
  const queue = existing ?? queues.create(name, completeAttributes(given), textRecord(input, "tags"));
  return { QueueUrl: addressOf(call, queue) };
}

function getAttributes(call: SqsCall): object {
  const queue = queueOf(call);
  const names = textList(call.input, "AttributeNames");
  const { visible, inFlight, delayed } = queue.counts();
  const attributes: Record<string, string> = {
    ...queue.attributes,
    QueueArn: queue.arn,
    CreatedTimestamp: String(Math.floor(queue.created / 1000)),
    LastModifiedTimestamp: String(Math.floor(queue.changed / 1000)),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
  const unknown = names.find((name) => name !== "All" && !(name in attributes) && !/^[A-Z][A-Za-z]+$/.test(name));
  if (unknown !== undefined) throw sqsError("InvalidAttributeName", `Unknown Attribute ${unknown}.`);
  const chosen = Object.entries(attributes).filter(([name]) => names.includes("All") || names.includes(name));
  return chosen.length === 0 ? {} : { Attributes: Object.fromEntries(chosen) };
}

function queueOf({ queues, input }: SqsCall): Queue {
  return queues.require(requireText(input, "QueueUrl"));
}

function addressOf({ base }: SqsCall, { name }: Queue): string {
  return `${base}/${ACCOUNT}/${name}`;
}
