import type { ChildProcess } from "node:child_process";

/** What a process said before it ended. */
export interface LastWords {
  /** How it ended, and why, if it said so. */
  about(code: number | null, signal: string | null): string;
  /** What was said so far is about something else. */
  forget(): void;
}

/** Enough for the reason of a death, which stands above a stack. */
const KEPT_CHARS = 8000;
const LONGEST_REASON = 300;

/** Keeps the end of what a process writes to its standard error. */
export function listenToLastWords(child: ChildProcess): LastWords {
  let text = "";
  child.stderr?.on("data", (chunk: Buffer) => (text = (text + chunk.toString()).slice(-KEPT_CHARS)));
  // A process that could not even be started says nothing itself.
  child.on("error", (error) => (text ||= error.message));
  return {
    about(code, signal) {
      const reason = reasonIn(text);
      return reason === undefined ? `(${signal ?? code})` : `(${signal ?? code}): ${reason}`;
    },
    forget() {
      text = "";
    },
  };
}

/** The line that names what went wrong, not where. */
function reasonIn(text: string): string | undefined {
  const lines = text.split("\n").map((line) => line.trim());
  const named = lines.findLast((line) => /^(Uncaught )?(\w*(Error|Exception)\b|FATAL ERROR).*:/.test(line));
  const last = lines.findLast((line) => !/^(at |Node\.js v|[\s^~{}]*$)/.test(line));
  return (named ?? last)?.slice(0, LONGEST_REASON);
}
