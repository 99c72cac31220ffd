import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { readJsonLines, writeAtomically } from "./atomic-file.ts";
import type { Queue, QueueChange } from "./sqs-queue.ts";

/** A line of the journal. */
export type JournalLine =
  | QueueChange
  | {
      readonly op: "queue";
      readonly queue: string;
      readonly created: number;
      readonly attributes: Readonly<Record<string, string>>;
      readonly tags: Readonly<Record<string, string>>;
    }
  | { readonly op: "drop"; readonly queue: string };

/** Everything that happened to the queues, in order, on disk. */
export interface Journal {
  lines(): JournalLine[];
  record(line: JournalLine): void;
  /** Starts over from what there is now; called when the queues have been rebuilt, then now and again. */
  compact(queues: Iterable<Queue>): void;
  close(): void;
}

const LINES_BETWEEN_COMPACTIONS = 100_000;

/** Opens the journal in a folder; every line is in the system's hands before the answer that it stands for. */
export function openJournal(dataDir: string, queues: () => Iterable<Queue>): Journal {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, "queues.jsonl");
  let file: number | undefined;
  let written = 0;

  function compact(current: Iterable<Queue>): void {
    if (file !== undefined) closeSync(file);
    writeAtomically(path, [...current].flatMap(describeQueue).map(toLine).join(""));
    file = openSync(path, "a");
    written = 0;
  }

  return {
    lines: () => readJsonLines<JournalLine>(path),
    record(line) {
      if (file === undefined) return;
      writeSync(file, toLine(line));
      written += 1;
      if (written > LINES_BETWEEN_COMPACTIONS) compact(queues());
    },
    compact,
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

/** A journal that remembers nothing. */
export const noJournal: Journal = { lines: () => [], record() {}, compact() {}, close() {} };

function describeQueue({ name, created, attributes, tags, messages }: Queue): JournalLine[] {
  const sends = [...messages.values()].map((message): JournalLine => ({ op: "send", queue: name, message }));
  return [{ op: "queue", queue: name, created, attributes, tags }, ...sends];
}

function toLine(line: JournalLine): string {
  return `${JSON.stringify(line)}\n`;
}
