import { CellProblem, toMinor } from "../records/cell.ts";
import { usdCents } from "../records/currency.ts";
import { RowProblem } from "./read-row.ts";
import type { RuleContext } from "./row-rule.ts";

/** What the article's importer assumes when a row names no currency. */
export const DEFAULT_CURRENCY = "USD";

export interface Amount {
  readonly amount: number;
  readonly currency: string;
  readonly amount_usd: number | null;
}

/** The amount of a row that fills one of two columns, and its worth in US cents at the program's rate. */
export function rowAmount(
  values: { readonly amount_in_cents?: number; readonly amount_in_dollars?: string },
  currency: string | undefined,
  context: RuleContext,
): Amount | RowProblem {
  const code = currency ?? DEFAULT_CURRENCY;
  const amount = rowMinor({ ...values, minor: values.amount_in_cents }, code) ?? 0;
  if (amount instanceof RowProblem) return amount;
  const rate = noteRate(code, context);
  const dollars = rate === undefined ? null : usdCents(amount, code, rate);
  if (dollars !== null && !Number.isSafeInteger(dollars)) {
    const column = values.amount_in_cents === undefined ? "amount_in_dollars" : "amount_in_cents";
    return new RowProblem(
      "amount_out_of_range",
      column,
      `is worth more US dollars than can be counted, at ${rate} for one ${code}`,
      "Check the amount, and the program's rate.",
    );
  }
  return { amount, currency: code, amount_usd: dollars };
}

/** The amount of a row in minor units, from the column of either unit; undefined where neither is filled in. */
export function rowMinor(
  { minor, amount_in_dollars }: { readonly minor?: number | undefined; readonly amount_in_dollars?: string },
  currency: string = DEFAULT_CURRENCY,
): number | RowProblem | undefined {
  if (minor !== undefined || amount_in_dollars === undefined) return minor;
  const amount = toMinor(amount_in_dollars, currency);
  return amount instanceof CellProblem
    ? new RowProblem(amount.code, "amount_in_dollars", amount.message, amount.hint)
    : amount;
}

/** The program's rate for a currency; a missing one is reported, also for rows that an earlier attempt has recorded. */
export function noteRate(currency: string | undefined, { program, warn }: RuleContext): string | undefined {
  const code = currency ?? DEFAULT_CURRENCY;
  const rate = code === "USD" ? "1" : program.rates[code];
  if (rate === undefined) {
    warn({
      code: "no_rate",
      message: `The program has no rate for ${code}: amounts in ${code} are kept but not counted in US dollars.`,
    });
  }
  return rate;
}
