import { invalidValue, sqsError } from "./sqs-error.ts";

/** The attributes of a queue, as SQS writes them. */
export type QueueAttributes = Readonly<Record<string, string>>;

/** Where messages go that were received too often. */
export interface Redrive {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** The most bytes that a message, or a batch of them, may have. */
export const LARGEST_MESSAGE = 1_048_576;

const DEFAULTS: QueueAttributes = {
  VisibilityTimeout: "30",
  MaximumMessageSize: String(LARGEST_MESSAGE),
  MessageRetentionPeriod: "345600",
  DelaySeconds: "0",
  ReceiveMessageWaitTimeSeconds: "0",
};

const BOUNDS: Readonly<Record<string, readonly [number, number]>> = {
  VisibilityTimeout: [0, 43_200],
  MaximumMessageSize: [1024, LARGEST_MESSAGE],
  MessageRetentionPeriod: [60, 1_209_600],
  DelaySeconds: [0, 900],
  ReceiveMessageWaitTimeSeconds: [0, 20],
};

/** Kept and given back, without effect here or checked elsewhere. */
const KEPT = [
  "FifoQueue",
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "FifoThroughputLimit",
  "RedrivePolicy",
  "RedriveAllowPolicy",
  "Policy",
  "KmsMasterKeyId",
  "KmsDataKeyReusePeriodSeconds",
  "SqsManagedSseEnabled",
];

/** The attributes of a new queue. */
export function completeAttributes(given: QueueAttributes): QueueAttributes {
  return { ...DEFAULTS, ...given };
}

/** Refuses attributes that SQS does not know or take; an empty text takes an attribute away. */
export function requireAttributes(given: QueueAttributes, queueExists: (arn: string) => boolean): void {
  for (const [name, value] of Object.entries(given)) {
    const bounds = BOUNDS[name];
    if (bounds === undefined && !KEPT.includes(name)) {
      throw sqsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
    }
    const isInside = !bounds || (/^\d+$/.test(value) && Number(value) >= bounds[0] && Number(value) <= bounds[1]);
    if (!isInside) throw sqsError("InvalidAttributeValue", `Invalid value for the parameter ${name}.`);
  }
  if (given["RedrivePolicy"]) requireRedrive(given["RedrivePolicy"], queueExists);
}

/** Reads a queue's redrive policy. */
export function readRedrive(attributes: QueueAttributes): Redrive | undefined {
  const policy = attributes["RedrivePolicy"];
  if (!policy) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(policy);
  return { deadLetterTargetArn: String(deadLetterTargetArn), maxReceiveCount: Number(maxReceiveCount) };
}

function requireRedrive(policy: string, queueExists: (arn: string) => boolean): void {
  const refuse = (reason: string) =>
    invalidValue(`Value ${policy} for parameter RedrivePolicy is invalid. Reason: ${reason}`);
  let redrive: Redrive | undefined;
  try {
    redrive = readRedrive({ RedrivePolicy: policy });
  } catch {
    throw refuse("Redrive policy is not valid JSON.");
  }
  const count = redrive?.maxReceiveCount ?? 0;
  if (!Number.isInteger(count) || count < 1 || count > 1000) throw refuse("Invalid value for maxReceiveCount.");
  if (!queueExists(redrive?.deadLetterTargetArn ?? "")) throw refuse("Dead letter target does not exist.");
}
