import * as fc from "fast-check";
import { expect, it } from "vitest";
import { seenBefore } from "../../../shared/imports/seen-before.ts";

it("never misses a value that came before, however many came in between", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }), { maxLength: 300 }),
      fc.nat({ max: 50 }),
      (values, expected) => {
        const seen = seenBefore(expected);
        const came = new Set<string>();
        for (const value of values) {
          const answer = seen(value);
          if (came.has(value)) expect(answer).toBe(true);
          came.add(value);
        }
      },
    ),
    { numRuns: 200, seed: 10 },
  );
});

it("takes hardly any new value for a repetition", () => {
  const seen = seenBefore(100_000);
  const wrong = Array.from({ length: 100_000 }, (_, at) => seen(`inv_2026_${at}`)).filter(Boolean).length;
  expect(wrong).toBeLessThan(20);
});

it("finds every repetition in twice as many values as were expected", () => {
  const seen = seenBefore(1000);
  const values = Array.from({ length: 2000 }, (_, at) => `key-${at}`);
  for (const value of values) seen(value);
  expect(values.every((value) => seen(value))).toBe(true);
});
