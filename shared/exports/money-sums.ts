import { majorUnits } from "../records/currency.ts";

/** Sums by currency, beyond the range of a number. */
export class MoneySums {
  readonly #minor = new Map<string, bigint>();

  add(amount: number, currency: string): void {
    this.#minor.set(currency, (this.#minor.get(currency) ?? 0n) + BigInt(amount));
  }

  /** Decimal sums in major units, by currency. */
  toJSON(): Record<string, string> {
    const sorted = [...this.#minor].toSorted(([one], [other]) => (one < other ? -1 : 1));
    return Object.fromEntries(sorted.map(([currency, minor]) => [currency, majorUnits(minor, currency)]));
  }
}
