/** The time the local AWS servers live by: the machine's time plus whatever has been advanced. */
export interface LocalClock {
  now(): number;
  /** Moves time forward and wakes everything that waits for it. */
  advance(ms: number): void;
  /** Calls the listener after each advance; the answer unsubscribes. */
  onAdvance(listener: () => void): () => void;
  /** The local time at which a signer, whose own clock nobody advances, wrote this time stamp. */
  whenSigned(timestamp: number): number;
}

/** Creates a clock that shows the machine's time until it is advanced. */
export function createClock(): LocalClock {
  const listeners = new Set<() => void>();
  const advances: { second: number; ms: number }[] = [];
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    advance(ms) {
      if (!Number.isFinite(ms) || ms < 0) throw new RangeError("time moves forward only");
      offset += ms;
      advances.push({ second: secondOf(Date.now()), ms });
      for (const listener of listeners) listener();
    },
    onAdvance(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    whenSigned(timestamp) {
      // A stamp from the machine's future was written by a signer that follows this clock.
      if (timestamp > Date.now()) return timestamp;
      // Stamps have whole seconds, so one from the second of an advance counts as written before it.
      const before = advances.filter(({ second }) => second < secondOf(timestamp));
      return before.reduce((time, { ms }) => time + ms, timestamp);
    },
  };
}

function secondOf(timestamp: number): number {
  return Math.floor(timestamp / 1000);
}
