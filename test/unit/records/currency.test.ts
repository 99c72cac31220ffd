import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toMinor } from "../../../shared/records/cell.ts";
import { isCurrency, majorUnits, minorDigits, usdCents } from "../../../shared/records/currency.ts";

describe("majorUnits", () => {
  it.each<[number | bigint, string, string]>([
    [123_456, "USD", "1234.56"],
    [5, "USD", "0.05"],
    [-5, "USD", "-0.05"],
    [0, "USD", "0.00"],
    [500, "JPY", "500"],
    [-500, "JPY", "-500"],
    [-5, "KWD", "-0.005"],
    [10_005, "CLF", "1.0005"],
    [123_456_789_012_345_678_901n, "EUR", "1234567890123456789.01"],
  ])("%s %s is %s", (minor, currency, major) => {
    expect(majorUnits(minor, currency)).toBe(major);
  });

  it("is read back as it was written, in every currency", () => {
    const amount = fc.integer({ min: -50_000_000_000, max: 50_000_000_000 });
    fc.assert(
      fc.property(amount, fc.constantFrom("USD", "JPY", "KWD", "CLF"), (minor, currency) => {
        expect(toMinor(majorUnits(minor, currency), currency)).toBe(minor === 0 ? 0 : minor);
      }),
      { seed: 11 },
    );
  });
});

describe("usdCents", () => {
  it.each([
    [100, "EUR", "1.0842", 108],
    [1000, "EUR", "1.0842", 1084],
    [-1000, "EUR", "1.0842", -1084],
    [1000, "JPY", "0.0067", 670],
    [1, "JPY", "0.0067", 1],
    [1000, "KWD", "3.25", 325],
    [1, "KWD", "3.25", 0],
    [-1, "KWD", "3.25", 0],
    [1, "USD", "1", 1],
    // Halves go away from zero.
    [1, "EUR", "0.5", 1],
    [-1, "EUR", "0.5", -1],
    [3, "EUR", "0.5", 2],
    [5, "KWD", "1", 1],
    [4, "KWD", "1", 0],
    // Doubles would make 1.005 * 100 a little less than 100.5.
    [100, "EUR", "1.005", 101],
    [50_000_000_000, "GBP", "1.123456789012", 56_172_839_451],
  ])("%i %s at %s are %i cents", (minor, currency, rate, cents) => {
    expect(usdCents(minor, currency, rate)).toBe(cents);
  });

  it("is never further from the exact worth than half a cent, and as exact for a refund", () => {
    const rates = fc
      .tuple(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 0, max: 999_999 }))
      .map(([whole, rest]) => `${whole}.${String(rest).padStart(6, "0")}`);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5_000_000_000 }),
        rates,
        fc.constantFrom("EUR", "JPY", "KWD", "CLF"),
        (minor, rate, currency) => {
          const cents = usdCents(minor, currency, rate);
          // Millionths of a minor unit's worth in cents.
          const scale = 10n ** BigInt(minorDigits(currency)) * 1_000_000n;
          const exact = BigInt(minor) * BigInt(rate.replace(".", "")) * 100n;
          const off = BigInt(cents) * scale - exact;
          expect(off * 2n <= scale && off * 2n > -scale).toBe(true);
          expect(usdCents(-minor, currency, rate)).toBe(cents === 0 ? 0 : -cents);
        },
      ),
      { seed: 12 },
    );
  });
});

describe("isCurrency", () => {
  it("knows codes in circulation, in capital letters", () => {
    expect(["USD", "JPY", "KWD", "CLF", "XCG"].map(isCurrency)).toEqual([true, true, true, true, true]);
    expect(["usd", "XXX", "", "constructor", "US"].map(isCurrency)).toEqual([false, false, false, false, false]);
  });
});
