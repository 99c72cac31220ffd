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

/** Money that a row tells of. */
interface Money {
  readonly amount: number | null;
  readonly currency: string;
  /** Absent where it is never converted. */
  readonly amount_usd?: number | null;
}

/** Minor units by currency, as decimal text: they may be beyond the range of a number. */
const minorUnits = z.record(z.string(), z.string());

/** Files whose rows are money. */
const WITH_MONEY = ["deals", "leads", "rewards", "transactions"] as const satisfies readonly BundleFileName[];

/** The sums of those files, as they are put down and taken up again. */
export const talliesAtRest = z.record(z.enum(WITH_MONEY), z.object({ sums: minorUnits, unconverted: minorUnits }));

export type TalliesAtRest = z.output<typeof talliesAtRest>;

type MoneyFile = (typeof WITH_MONEY)[number];

/** Sums of the files' rows by currency. */
export class BundleTallies {
  readonly #files: ReadonlyMap<MoneyFile, { readonly sums: MoneySums; readonly unconverted: MoneySums }>;

  constructor(earlier?: TalliesAtRest) {
    this.#files = new Map(
      WITH_MONEY.map((file) => [
        file,
        { sums: new MoneySums(earlier?.[file].sums), unconverted: new MoneySums(earlier?.[file].unconverted) },
      ]),
    );
  }

  add(file: MoneyFile, { amount, currency, amount_usd }: Money): void {
    if (amount === null) return;
    const tally = this.#files.get(file);
    tally?.sums.add(amount, currency);
    if (amount_usd === null) tally?.unconverted.add(amount, currency);
  }

  of(file: BundleFileName, rows: number): FileTally {
    const money = WITH_MONEY.find((one) => one === file);
    const tally = money && this.#files.get(money);
    return tally ? { rows, sums: tally.sums.major(), unconverted: tally.unconverted.major() } : { rows };
  }

  atRest(): TalliesAtRest {
    const of = (file: MoneyFile) => ({
      sums: this.#files.get(file)?.sums.minor() ?? {},
      unconverted: this.#files.get(file)?.unconverted.minor() ?? {},
    });
    return { deals: of("deals"), leads: of("leads"), rewards: of("rewards"), transactions: of("transactions") };
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
