/** The time the local AWS servers live by: the machine's time plus whatever has been advanced. */
export interface LocalClock {
  now(): number;
  /** Moves time forward and wakes everything that waits for it. */
  advance(ms: number): void;
  /** Calls the listener after each advance; the answer unsubscribes. */
  onAdvance(listener: () => void): () => void;
  /** The local times between which a signer, whose own clock nobody advances, wrote this time stamp. */
  whenSigned(timestamp: number): { readonly earliest: number; readonly latest: number };
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
      if (timestamp > Date.now()) return { earliest: timestamp, latest: timestamp };
      // Stamps have whole seconds: one from the second of an advance may be from before it or from after it.
      const second = secondOf(timestamp);
      const add = (time: number, advance: { ms: number }) => time + advance.ms;
      return {
        earliest: advances.filter((advance) => advance.second < second).reduce(add, timestamp),
        latest: advances.filter((advance) => advance.second <= second).reduce(add, timestamp),
      };
    },
  };
}

function secondOf(timestamp: number): number {
  return Math.floor(timestamp / 1000);
}
