import type { Patience } from "../../shared/ports.ts";

const MOST_WAITS = 200;
const MOST_TURNS = 100;

let made = 0;

/** Patience without a clock: lets others have a few turns, more of them every time and not the same for any two. */
export function createTurnsPatience(): Patience {
  made += 1;
  const own = made;
  let waits = 0;
  return async (cause) => {
    waits += 1;
    if (waits > MOST_WAITS) throw cause;
    const turns = Math.min(MOST_TURNS, (waits * 7 * (1 + (own % 5))) % 101);
    for (let left = turns; left > 0; left--) await Promise.resolve();
  };
}
