import { randomUUID } from "node:crypto";
import type { LocalClock } from "./clock.ts";
import type { MessageAttributes } from "./sqs-attributes.ts";
import { sqsError } from "./sqs-error.ts";
import { readRedrive } from "./sqs-settings.ts";
import type { QueueAttributes } from "./sqs-settings.ts";

/** A message in a queue. */
export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly traceHeader?: string;
  readonly sentAt: number;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly sequence?: string;
  /** The queue that gave up on it. */
  readonly sourceArn?: string;
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  /** The mark of the last receipt, while the message is in flight or was. */
  receipt?: string;
}

/** What changes in a queue and must outlast a kill. */
export type QueueChange =
  | { readonly op: "send"; readonly queue: string; readonly message: QueueMessage }
  | { readonly op: "receive"; readonly queue: string; readonly id: string; readonly at: number; readonly count: number }
  | { readonly op: "delete"; readonly queue: string; readonly id: string };

/** What a queue needs from the server around it. */
export interface QueueSurroundings {
  readonly clock: LocalClock;
  record(change: QueueChange): void;
  /** Hands a message on; false when there is no such queue. */
  moveTo(queueArn: string, message: QueueMessage): boolean;
}

/** A queue: its messages in the order of their arrival. */
export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly created: number;
  readonly isFifo: boolean;
  readonly messages: Map<string, QueueMessage>;
  /** Ids of the messages of the last five minutes, by deduplication id. */
  readonly recent: Map<string, { id: string; sequence: string; at: number }>;
  attributes: QueueAttributes;
  tags: Readonly<Record<string, string>>;
  changed: number;
  add(message: QueueMessage): void;
  /** Takes up to that many visible messages in flight. */
  take(limit: number, visibilitySeconds: number): QueueMessage[];
  /** The message that a receipt handle speaks of, or undefined when it is gone. */
  find(receiptHandle: string): QueueMessage | undefined;
  handleOf(message: QueueMessage): string;
  remove(id: string): void;
  hide(message: QueueMessage, seconds: number): void;
  /** When the next hidden message comes into sight. */
  nextDue(): number;
  counts(): { visible: number; inFlight: number; delayed: number };
  /** Calls back whenever a message may have come into sight; the answer unsubscribes. */
  onArrival(listener: () => void): () => void;
}

/** Creates an empty queue. */
export function createQueue(
  about: Pick<Queue, "name" | "arn" | "created" | "attributes" | "tags">,
  { clock, record, moveTo }: QueueSurroundings,
): Queue {
  const listeners = new Set<() => void>();
  const messages = new Map<string, QueueMessage>();
  // Deferred, so that nobody takes messages in the middle of another's taking.
  const wake = () => queueMicrotask(() => [...listeners].forEach((listener) => listener()));

  function purgeOld(): void {
    const oldest = clock.now() - Number(queue.attributes["MessageRetentionPeriod"]) * 1000;
    for (const { id, sentAt } of messages.values()) if (sentAt <= oldest) queue.remove(id);
  }

  /** Visible, not received too often, and not behind another of its group. */
  function* deliverable(): Generator<QueueMessage> {
    const now = clock.now();
    const redrive = readRedrive(queue.attributes);
    const lockedGroups = queue.isFifo ? groupsInFlight(messages, now) : undefined;
    for (const message of messages.values()) {
      if (message.visibleAt > now || lockedGroups?.has(message.groupId ?? "")) continue;
      const isDead = redrive !== undefined && message.receiveCount >= redrive.maxReceiveCount;
      if (isDead && moveTo(redrive.deadLetterTargetArn, asDeadLetter(message, about.arn, now)))
        queue.remove(message.id);
      else yield message;
    }
  }

  const queue: Queue = {
    ...about,
    isFifo: about.name.endsWith(".fifo"),
    changed: about.created,
    messages,
    recent: new Map(),
    add(message) {
      messages.set(message.id, message);
      record({ op: "send", queue: about.name, message });
      wake();
    },
    take(limit, visibilitySeconds) {
      purgeOld();
      const taken: QueueMessage[] = [];
      for (const message of deliverable()) {
        taken.push(message);
        if (taken.length === limit) break;
      }
      const now = clock.now();
      for (const message of taken) {
        message.visibleAt = now + visibilitySeconds * 1000;
        message.receiveCount += 1;
        message.firstReceivedAt ??= now;
        message.receipt = randomUUID();
        record({
          op: "receive",
          queue: about.name,
          id: message.id,
          at: message.firstReceivedAt,
          count: message.receiveCount,
        });
      }
      return taken;
    },
    find(receiptHandle) {
      const [name, id = "", receipt, ...rest] = Buffer.from(receiptHandle, "base64url").toString().split(" ");
      if (name !== about.name || !receipt || rest.length > 0) {
        throw sqsError(
          "ReceiptHandleIsInvalid",
          `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
        );
      }
      const message = messages.get(id);
      return message?.receipt === receipt ? message : undefined;
    },
    handleOf: ({ id, receipt }) => Buffer.from(`${about.name} ${id} ${receipt}`).toString("base64url"),
    remove(id) {
      if (!messages.delete(id)) return;
      record({ op: "delete", queue: about.name, id });
      // The next of its group may be waiting behind it.
      if (queue.isFifo) wake();
    },
    hide(message, seconds) {
      message.visibleAt = clock.now() + seconds * 1000;
      wake();
    },
    nextDue() {
      const now = clock.now();
      let due = Number.POSITIVE_INFINITY;
      for (const { visibleAt } of messages.values()) if (visibleAt > now && visibleAt < due) due = visibleAt;
      return due;
    },
    counts() {
      purgeOld();
      const hidden = [...messages.values()].filter(({ visibleAt }) => visibleAt > clock.now());
      const inFlight = hidden.filter(({ receiveCount }) => receiveCount > 0).length;
      return { visible: messages.size - hidden.length, inFlight, delayed: hidden.length - inFlight };
    },
    onArrival(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return queue;
}

function asDeadLetter(message: QueueMessage, sourceArn: string, now: number): QueueMessage {
  const { receipt: _, ...letter } = message;
  return { ...letter, visibleAt: now, sourceArn };
}

function groupsInFlight(messages: ReadonlyMap<string, QueueMessage>, now: number): Set<string> {
  const hidden = [...messages.values()].filter(({ visibleAt }) => visibleAt > now);
  return new Set(hidden.map(({ groupId }) => groupId ?? ""));
}
