import { setTimeout as sleep } from "node:timers/promises";
import type { Patience } from "../ports.ts";

const PATIENCE_MS = 30_000;
const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 2_000;

/**
 * Waits that double, jittered so that workers who collided do not collide again. A signal ends the waiting, too, with an
 * `AbortError`.
 */
export function createPatience(limit: number = PATIENCE_MS, signal?: AbortSignal): Patience {
  const end = Date.now() + limit;
  let wait = FIRST_WAIT_MS;
  return async (cause) => {
    if (Date.now() >= end) throw cause;
    await sleep(wait * (0.5 + Math.random() / 2), undefined, signal && { signal });
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  };
}
