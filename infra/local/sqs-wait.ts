import type { LocalClock } from "./clock.ts";
import type { Queue, QueueMessage } from "./sqs-queue.ts";

/** A receiver that may wait for messages. */
export interface Receiver {
  readonly limit: number;
  readonly visibilitySeconds: number;
  readonly waitSeconds: number;
  /** Aborted when the client has gone, so that nothing is handed to nobody. */
  readonly gone: AbortSignal;
}

const LONGEST_TIMER = 2 ** 31 - 1;

/** Takes messages at once, or waits for the first within the receiver's time. */
export function receive(queue: Queue, receiver: Receiver, clock: LocalClock): Promise<QueueMessage[]> {
  const { limit, visibilitySeconds, waitSeconds, gone } = receiver;
  const deadline = clock.now() + waitSeconds * 1000;
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const stops = [queue.onArrival(attempt), clock.onAdvance(attempt)];
    gone.addEventListener("abort", finish);

    function finish(messages: QueueMessage[] | Event): void {
      clearTimeout(timer);
      gone.removeEventListener("abort", finish);
      for (const stop of stops) stop();
      resolve(Array.isArray(messages) ? messages : []);
    }

    function attempt(): void {
      if (gone.aborted) return finish([]);
      const taken = queue.take(limit, visibilitySeconds);
      if (taken.length > 0 || clock.now() >= deadline) return finish(taken);
      clearTimeout(timer);
      const wait = Math.min(deadline, queue.nextDue()) - clock.now();
      timer = setTimeout(attempt, Math.min(Math.max(wait, 0), LONGEST_TIMER));
    }

    attempt();
  });
}
