import fc from "fast-check";
import { expect, test } from "vitest";
import { delayUntil, waitAfter } from "../../../shared/webhooks/retry-schedule.ts";

const DAY = 24 * 60 * 60 * 1000;

/** The attempts of a delivery that nothing comes of, each of which takes a while. */
function attempts(took: readonly number[]): {
  readonly starts: number[];
  readonly failed: number[];
  readonly end: number;
} {
  const starts: number[] = [];
  const failed: number[] = [];
  let now = 0;
  for (let attempt = 0; ; attempt++) {
    starts.push(now);
    now += took[attempt % took.length] ?? 0;
    failed.push(now);
    const wait = waitAfter(attempt);
    if (wait === undefined) return { starts, failed, end: now };
    const due = now + wait * 1000;
    // As the queue brings the message: never longer after the other than it can.
    for (let delay = delayUntil(due, now); delay > 0; delay = delayUntil(due, now)) {
      expect(delay).toBeLessThanOrEqual(900);
      now += delay * 1000;
    }
    expect(now).toBe(due);
  }
}

test("however long attempts take, the waits grow, and the last attempt begins when a day is over", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 11 }), (took) => {
      const { starts, failed } = attempts(took);
      const waits = starts.slice(1).map((start, index) => start - (failed[index] ?? 0));
      expect(waits.toSorted((a, b) => a - b)).toEqual(waits);
      const last = starts.at(-1) ?? 0;
      expect(last).toBeGreaterThanOrEqual(DAY);
      expect(last).toBeLessThanOrEqual(DAY + 110_000);
      expect(starts).toHaveLength(11);
    }),
  );
});

test("it begins with seconds", () => {
  expect([0, 1, 2, 3].map(waitAfter)).toEqual([5, 30, 120, 600]);
});

test("a wait is never below zero, above what a queue takes, or part of a second", () => {
  fc.assert(
    fc.property(fc.integer({ min: -DAY, max: 9 * DAY }), fc.integer({ min: 0, max: DAY }), (due, now) => {
      const delay = delayUntil(due, now);
      expect(Number.isInteger(delay) && delay >= 0 && delay <= 900).toBe(true);
      expect(delay > 0).toBe(due > now);
    }),
  );
});
