import type { LocalClock } from "./clock.ts";
import { noSuchQueue } from "./sqs-error.ts";
import { noJournal, openJournal } from "./sqs-journal.ts";
import type { Journal, JournalLine } from "./sqs-journal.ts";
import { createQueue } from "./sqs-queue.ts";
import type { Queue, QueueMessage, QueueSurroundings } from "./sqs-queue.ts";
import type { QueueAttributes } from "./sqs-settings.ts";

/** All queues of the account. */
export interface Queues {
  readonly clock: LocalClock;
  all(): Queue[];
  get(name: string): Queue | undefined;
  /** The queue behind an address or an ARN, whose last part is its name; addresses may be from before a restart. */
  require(place: string): Queue;
  create(name: string, attributes: QueueAttributes, tags: Readonly<Record<string, string>>): Queue;
  /** Keeps changed attributes and tags. */
  save(queue: Queue): void;
  drop(queue: Queue): void;
  close(): void;
}

/** The account that the local queues belong to. */
export const ACCOUNT = "000000000000";

/** Opens the queues of a folder, or fresh ones that last as long as the process. */
export function openQueues(clock: LocalClock, region: string, dataDir?: string): Queues {
  const queues = new Map<string, Queue>();
  const journal = dataDir === undefined ? noJournal : openJournal(dataDir, () => queues.values());
  const surroundings: QueueSurroundings = {
    clock,
    record: (change) => journal.record(change),
    moveTo(queueArn, message) {
      const target = queues.get(nameOf(queueArn));
      target?.add(message);
      return target !== undefined;
    },
  };
  const make = (about: Pick<Queue, "name" | "created" | "attributes" | "tags">) => {
    const queue = createQueue({ ...about, arn: `arn:aws:sqs:${region}:${ACCOUNT}:${about.name}` }, surroundings);
    queues.set(about.name, queue);
    return queue;
  };
  const save = ({ name: queue, created, attributes, tags }: Queue) =>
    journal.record({ op: "queue", queue, created, attributes, tags });

  replay(journal, queues, make, clock.now());
  journal.compact(queues.values());
  return {
    clock,
    all: () => [...queues.values()],
    get: (name) => queues.get(name),
    require(place) {
      const queue = queues.get(nameOf(place));
      if (queue === undefined) throw noSuchQueue();
      return queue;
    },
    create(name, attributes, tags) {
      const queue = make({ name, created: clock.now(), attributes, tags });
      save(queue);
      return queue;
    },
    save,
    drop({ name }) {
      queues.delete(name);
      journal.record({ op: "drop", queue: name });
    },
    close: () => journal.close(),
  };
}

type MakeQueue = (about: Pick<Queue, "name" | "created" | "attributes" | "tags">) => Queue;

function replay(journal: Journal, queues: Map<string, Queue>, make: MakeQueue, now: number): void {
  for (const line of journal.lines()) {
    const queue = queues.get(line.queue);
    if (line.op === "queue") replayQueue(queue, line, make);
    if (line.op === "drop") queues.delete(line.queue);
    if (line.op === "send") replaySend(queue, line.message);
    if (line.op === "delete") queue?.messages.delete(line.id);
    const received = line.op === "receive" ? queue?.messages.get(line.id) : undefined;
    if (line.op === "receive" && received)
      Object.assign(received, { receiveCount: line.count, firstReceivedAt: line.at });
  }
  for (const queue of queues.values()) for (const message of queue.messages.values()) revive(queue, message, now);
}

function replayQueue(queue: Queue | undefined, line: JournalLine & { op: "queue" }, make: MakeQueue): void {
  const { created, attributes, tags } = line;
  if (queue) Object.assign(queue, { attributes, tags });
  else make({ name: line.queue, created, attributes, tags });
}

function replaySend(queue: Queue | undefined, message: QueueMessage): void {
  queue?.messages.set(message.id, message);
  const { id, deduplicationId, sequence = "", sentAt } = message;
  if (deduplicationId !== undefined) queue?.recent.set(deduplicationId, { id, sequence, at: sentAt });
}

/** Whoever held a message is gone, so it is visible again; a delay goes on, measured by the clock of today. */
function revive(queue: Queue, message: QueueMessage, now: number): void {
  const delay = message.receiveCount > 0 ? 0 : Math.max(message.visibleAt - message.sentAt, 0);
  const sentAt = Math.min(message.sentAt, now);
  const { receipt: _, ...rest } = message;
  queue.messages.set(message.id, { ...rest, sentAt, visibleAt: Math.min(sentAt + delay, message.visibleAt) });
}

function nameOf(place: string): string {
  return place.split(/[/:]/).at(-1) ?? "";
}
