import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Queue, Value } from "../../shared/ports.ts";

interface Message {
  readonly id: number;
  readonly content?: Value;
}

/** What makes a queue, and what takes it away. */
export type MakeQueue = () => Promise<{
  readonly queue: Queue<Message>;
  /** Takes all that is waiting. */
  readonly drain: () => Promise<Message[]>;
  readonly close?: () => Promise<void>;
}>;

/** The promises of the queue port. */
export function describeQueue(where: string, makeQueue: MakeQueue): void {
  describe(`the queue ${where}`, () => {
    let made: Awaited<ReturnType<MakeQueue>>;

    beforeAll(async () => {
      made = await makeQueue();
      return made.close;
    });
    beforeEach(async () => void (await made.drain()));

    const sent = async (messages: readonly Message[]) => {
      await made.queue.send(messages);
      return (await made.drain()).toSorted((a, b) => a.id - b.id);
    };

    it("delivers a message as it was", async () => {
      const content = { text: 'Grüße 👋 \u0000\u001F\uFFFE\uFFFF "<&>"', list: [1, null, true], key: "a b+c" };
      expect(await sent([{ id: 1, content }])).toEqual([{ id: 1, content }]);
    });

    it("sends nothing when there is nothing to send", async () => {
      expect(await sent([])).toEqual([]);
    });

    it("sends more messages than one request carries", async () => {
      const messages = Array.from({ length: 57 }, (_, id) => ({ id }));
      expect(await sent(messages)).toEqual(messages);
    });

    it("sends more bytes than one request carries, by bytes and not by characters", async () => {
      const messages = Array.from({ length: 9 }, (_, id) => ({ id, content: "世".repeat(100_000) }));
      expect(await sent(messages)).toEqual(messages);
    });

    it("sends a message that fills a request alone", async () => {
      const messages = [{ id: 1 }, { id: 2, content: "x".repeat(1024 * 1024 - 22) }, { id: 3 }];
      expect(await sent(messages)).toEqual(messages);
    });

    it("refuses a message that no queue takes, and sends none of the others", async () => {
      const messages = [{ id: 1 }, { id: 2, content: "世".repeat(400_000) }];
      await expect(made.queue.send(messages)).rejects.toThrow(/bytes/);
      expect(await made.drain()).toEqual([]);
    });
  });
}
