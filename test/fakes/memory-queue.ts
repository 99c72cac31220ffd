import type { Queue } from "../../shared/ports.ts";
import { createKillSwitch, type KillSwitch } from "./kill-switch.ts";

const MESSAGE_BYTES = 1024 * 1024;

/** A queue that keeps what was sent. */
export interface MemoryQueue<Message> extends Queue<Message> {
  /** What is waiting. */
  readonly messages: readonly Message[];
  /** Takes all that is waiting. */
  drain(): Message[];
}

export function createMemoryQueue<Message>({
  killSwitch = createKillSwitch(),
}: { killSwitch?: KillSwitch } = {}): MemoryQueue<Message> {
  let waiting: Message[] = [];
  return {
    get messages() {
      return waiting;
    },
    drain() {
      const drained = waiting;
      waiting = [];
      return drained;
    },
    async send(messages, { delaySeconds = 0 } = {}) {
      if (delaySeconds < 0 || delaySeconds > 900) throw new Error(`a delay of ${delaySeconds} seconds`);
      await Promise.resolve();
      const bodies = messages.map((message) => JSON.stringify(message));
      const tooLong = bodies.map((body) => Buffer.byteLength(body)).find((bytes) => bytes > MESSAGE_BYTES);
      if (tooLong !== undefined) throw new Error(`a message of ${tooLong} bytes`);
      if (messages.length === 0) return;
      killSwitch.pass();
      // What arrives is what JSON makes of a message.
      waiting.push(...bodies.map((body): Message => JSON.parse(body)));
    },
  };
}
