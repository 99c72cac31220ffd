import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { seenBefore } from "../../../shared/imports/seen-before.ts";

/** Values as they lie in a file: somewhere within its bytes. */
const seenValues = (expected: number) => {
  const seen = seenBefore(expected);
  return (value: string): boolean => {
    const bytes = Buffer.from(`"${value}",`);
    return seen(bytes, 1, bytes.length - 2);
  };
};

it("never misses a value that came before, however many came in between", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }), { maxLength: 300 }),
      fc.nat({ max: 50 }),
      (values, expected) => {
        const seen = seenValues(expected);
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

it.each<[string, (at: number) => string]>([
  ["numbered", (at) => `inv_2026_${at}`],
  ["plain numbers", (at) => `${at}`],
  ["numbers in the middle", (at) => `2026/${at}/invoice`],
  ["random", (at) => createHash("sha256").update(`${at}`).digest("hex")],
])("takes hardly any new value for a repetition, be they %s", (_, value) => {
  const seen = seenValues(400_000);
  const wrong = Array.from({ length: 400_000 }, (_value, at) => seen(value(at))).filter(Boolean).length;
  expect(wrong).toBeLessThan(8);
});

it("finds every repetition in twice as many values as were expected", () => {
  const seen = seenValues(1000);
  const values = Array.from({ length: 2000 }, (_, at) => `key-${at}`);
  for (const value of values) seen(value);
  expect(values.every((value) => seen(value))).toBe(true);
});
