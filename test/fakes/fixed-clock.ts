import type { Clock } from "../../shared/ports.ts";

/** A clock that stands still until it is moved. */
export interface FixedClock extends Clock {
  advance(milliseconds: number): void;
  set(instant: number | string): void;
}

export function createFixedClock(start: number | string = "2026-04-01T12:00:00Z"): FixedClock {
  let now = new Date(start).getTime();
  return Object.assign(() => now, {
    advance(milliseconds: number) {
      now += milliseconds;
    },
    set(instant: number | string) {
      now = new Date(instant).getTime();
    },
  });
}
