import * as z from "zod";
import { majorUnits } from "../records/currency.ts";
import type { BundleFileName } from "./bundle-files.ts";

/** What a finished bundle tells of one file beside its bytes; sums are decimal, in major units, by currency. */
export interface FileTally {
  readonly rows: number;
  readonly sums?: Readonly<Record<string, string>>;
  /** Amounts without a rate to US dollars, and so not in any USD sum. */
  readonly unconverted?: Readonly<Record<string, string>>;
}

/** Money that a row moves. */
interface Money {
  readonly amount: number;
  readonly currency: string;
  readonly amount_usd: number | null;
}

/** Minor units by currency, as decimal text: they may be beyond the range of a number. */
const minorUnits = z.record(z.string(), z.string());

/** Files whose rows are money. */
const WITH_MONEY = ["rewards", "transactions"] as const satisfies readonly BundleFileName[];

/** The sums of those files, as they are put down and taken up again. */
export const talliesAtRest = z.record(z.enum(WITH_MONEY), z.object({ sums: minorUnits, unconverted: minorUnits }));

export type TalliesAtRest = z.output<typeof talliesAtRest>;

type MoneyFile = (typeof WITH_MONEY)[number];

/** Sums of the files' rows by currency. */
export class BundleTallies {
  readonly #sums: Record<MoneyFile, { readonly sums: MoneySums; readonly unconverted: MoneySums }>;

  constructor(earlier?: TalliesAtRest) {
    const of = (file: MoneyFile) => ({
      sums: new MoneySums(earlier?.[file].sums),
      unconverted: new MoneySums(earlier?.[file].unconverted),
    });
    this.#sums = { rewards: of("rewards"), transactions: of("transactions") };
  }

  add(file: MoneyFile, { amount, currency, amount_usd }: Money): void {
    const { sums, unconverted } = this.#sums[file];
    sums.add(amount, currency);
    if (amount_usd === null) unconverted.add(amount, currency);
  }

  of(file: BundleFileName, rows: number): FileTally {
    const money = WITH_MONEY.find((one) => one === file);
    if (money === undefined) return { rows };
    const { sums, unconverted } = this.#sums[money];
    return { rows, sums: sums.major(), unconverted: unconverted.major() };
  }

  atRest(): TalliesAtRest {
    const of = (file: MoneyFile) => {
      const { sums, unconverted } = this.#sums[file];
      return { sums: sums.minor(), unconverted: unconverted.minor() };
    };
    return { rewards: of("rewards"), transactions: of("transactions") };
  }
}

class MoneySums {
  readonly #minor: Map<string, bigint>;

  constructor(earlier: Record<string, string> = {}) {
    this.#minor = new Map(Object.entries(earlier).map(([currency, minor]) => [currency, BigInt(minor)]));
  }

  add(amount: number, currency: string): void {
    this.#minor.set(currency, (this.#minor.get(currency) ?? 0n) + BigInt(amount));
  }

  minor(): Record<string, string> {
    return Object.fromEntries([...this.#minor].map(([currency, minor]) => [currency, String(minor)]));
  }

  major(): Record<string, string> {
    const sorted = [...this.#minor].toSorted(([one], [other]) => (one < other ? -1 : 1));
    return Object.fromEntries(sorted.map(([currency, minor]) => [currency, majorUnits(minor, currency)]));
  }
}
