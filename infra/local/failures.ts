import { join } from "node:path";
import { type FunctionName, queues } from "../platform.ts";
import type { Screen } from "./screen.ts";

/** A delivery of a message that failed. */
export interface Attempt {
  readonly number: number;
  /** The message goes to the dead-letter queue now. */
  readonly isLast: boolean;
  readonly retrySeconds: number;
}

/** Called when a function fails; with an attempt where it was given a message, which will come again or is given up. */
export type OnFailure = (name: FunctionName, error: Error, attempt?: Attempt) => void;

/** A function that fails for every message of a large import would fill the screen: the log has them all. */
const WINDOW_MS = 10_000;
const SHOWN_IN_WINDOW = 3;

/** Tells failures on the screen, the first ones of each function in full and the others as a number. */
export function createFailureTeller(screen: Screen, logDir: string): OnFailure {
  const counts = new Map<FunctionName, number>();
  const logOf = (name: FunctionName) => join(logDir, `${name}.log`);

  function endWindow(name: FunctionName): void {
    const more = (counts.get(name) ?? 0) - SHOWN_IN_WINDOW;
    counts.delete(name);
    if (more > 0) screen.line(`\n  ${name} failed ${more} more times; see ${logOf(name)}`);
  }

  return (name, error, attempt) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    if (count === 1) setTimeout(endWindow, WINDOW_MS, name).unref();
    if (count > SHOWN_IN_WINDOW) return;
    screen.line(`\n  ${name} failed: ${error.message}\n    ${whatNow(name, attempt)}see ${logOf(name)}`);
  };
}

function whatNow(name: FunctionName, attempt: Attempt | undefined): string {
  if (attempt === undefined) return "";
  const { number, isLast, retrySeconds } = attempt;
  if (!isLast) return `attempt ${number}, again in ${retrySeconds} s; `;
  const alarm = Object.values(queues).find(({ consumer }) => consumer === name)?.alarm ?? "";
  return `attempt ${number} was the last. ${alarm}\n    `;
}
