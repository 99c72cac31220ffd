import type { Clock } from "../../shared/ports.ts";
import { createKillSwitch, type KillSwitch } from "./kill-switch.ts";
import type { MemoryQueue } from "./memory-queue.ts";

/** A queue that holds messages back for as long as they were sent to wait. */
export interface TimedQueue<Message> extends MemoryQueue<Message> {
  /** The message that is due first, with when that is; undefined when there is none. */
  next(): { readonly message: Message; readonly at: number } | undefined;
  /** Puts a message back that its consumer has failed on. */
  putBack(message: Message, at: number): void;
}

export function createTimedQueue<Message>(
  clock: Clock,
  { killSwitch = createKillSwitch() }: { readonly killSwitch?: KillSwitch } = {},
): TimedQueue<Message> {
  let waiting: { readonly message: Message; readonly at: number }[] = [];
  return {
    get messages() {
      return waiting.map(({ message }) => message);
    },
    drain() {
      const drained = waiting.map(({ message }) => message);
      waiting = [];
      return drained;
    },
    async send(messages, { delaySeconds = 0 } = {}) {
      if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > 900)
        throw new Error(`a delay of ${delaySeconds} seconds`);
      await Promise.resolve();
      if (messages.length === 0) return;
      killSwitch.pass();
      const at = clock() + delaySeconds * 1000;
      for (const message of messages) waiting.push({ message: JSON.parse(JSON.stringify(message)) as Message, at });
    },
    next() {
      const first = waiting.reduce<(typeof waiting)[number] | undefined>(
        (best, one) => (best === undefined || one.at < best.at ? one : best),
        undefined,
      );
      waiting = waiting.filter((one) => one !== first);
      return first;
    },
    putBack: (message, at) => void waiting.push({ message, at }),
  };
}
