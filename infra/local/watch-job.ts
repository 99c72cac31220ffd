import { setTimeout as pause } from "node:timers/promises";
import { ApiProblem, type Ask } from "./api-client.ts";
import type { Screen } from "./screen.ts";

/** A job to be watched until its end. */
export interface Watch<Job> {
  readonly path: string;
  /** How far it is, in a line. */
  line(job: Job, seconds: number): string;
  isOver(job: Job): boolean;
  /** What to know for whoever presses Ctrl-C, which ends the watching and not the job. */
  readonly whenLeft: string;
  /** Whether progress is drawn in place. */
  readonly isTerminal: boolean;
}

const FIRST_POLL_MS = 100;
const LONGEST_POLL_MS = 2_000;
const MOST_MISSES = 5;
const PLAIN_LINE_MS = 5_000;
/** What a shell reports of a command that Ctrl-C has ended. */
const INTERRUPTED = 130;

/** Shows how a job goes, and gives it when it is over; elsewhere than in a terminal by a line now and then. */
export async function watchJob<Job>(ask: Ask, watch: Watch<Job>, screen: Screen): Promise<Job> {
  const stopWatching = () => {
    screen.done();
    screen.line(`\n  ${watch.whenLeft}`);
    process.exit(INTERRUPTED);
  };
  process.once("SIGINT", stopWatching);
  try {
    return await follow(ask, watch, screen);
  } finally {
    process.off("SIGINT", stopWatching);
  }
}

async function follow<Job>(ask: Ask, { path, line, isOver, isTerminal }: Watch<Job>, screen: Screen): Promise<Job> {
  const begin = Date.now();
  let told = begin;
  let misses = 0;
  for (let wait = FIRST_POLL_MS; ; wait = Math.min(LONGEST_POLL_MS, wait * 1.2)) {
    const job = await ask<Job>("GET", path).catch((error: unknown) => {
      // A moment's trouble is not the job's, which goes on.
      misses += 1;
      const isPassing = !(error instanceof ApiProblem) || error.status >= 500;
      if (!isPassing || misses > MOST_MISSES) throw error;
      return undefined;
    });
    if (job !== undefined) {
      misses = 0;
      const shown = line(job, Math.floor((Date.now() - begin) / 1000));
      screen.progress(shown);
      if (!isTerminal && Date.now() - told > PLAIN_LINE_MS) {
        told = Date.now();
        screen.line(shown);
      }
      if (isOver(job)) {
        screen.done();
        return job;
      }
    }
    await pause(wait);
  }
}
