import { CellProblem, toMinor } from "../records/cell.ts";
import { rateOf, usdWorth } from "../records/usd-worth.ts";
import { RowProblem } from "./read-row.ts";
import type { RuleContext } from "./row-rule.ts";

/** What the article's importer assumes when a row names no currency. */
export const DEFAULT_CURRENCY = "USD";

export interface Amount {
  readonly amount: number;
  readonly currency: string;
  readonly amount_usd: number | null;
}

interface AmountCells extends UsdCell {
  readonly amount_in_cents?: number;
  readonly amount_in_dollars?: string;
}

interface UsdCell {
  readonly usd_amount_in_cents?: number | null;
}

/** The amount of a row that fills one of two columns, and its worth in US cents: as the row has it, or at the program's rate. */
export function rowAmount(
  values: AmountCells,
  currency: string | undefined,
  context: RuleContext,
): Amount | RowProblem {
  const code = currency ?? DEFAULT_CURRENCY;
  const amount = rowMinor({ ...values, minor: values.amount_in_cents }, code) ?? 0;
  if (amount instanceof RowProblem) return amount;
  const told = values.usd_amount_in_cents;
  if (told !== undefined) return usdProblem(amount, code, told) ?? { amount, currency: code, amount_usd: told };
  const rate = noteRate(code, values, context);
  const dollars = usdWorth(context.program, amount, code);
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

/** What a row tells of its worth and cannot be. */
function usdProblem(amount: number, currency: string, told: number | null): RowProblem | undefined {
  const isOf = currency === "USD" ? told === amount : told === null || told * amount > 0 || told === 0;
  return isOf
    ? undefined
    : new RowProblem(
        "usd_mismatch",
        "usd_amount_in_cents",
        `is ${told === null ? "not told" : `${told} US cents`} for an amount of ${amount} minor units of ${currency}`,
        currency === "USD"
          ? "Leave it empty: dollars are worth themselves."
          : "Give it the sign of the amount, or leave it empty.",
      );
}

/** The worth in US dollars stays what it was at the time, unless the amount itself changes, or the row tells another one. */
export const changedAmount = (before: Amount, amount: Amount, told: UsdCell): Amount | undefined =>
  amount.amount === before.amount && amount.currency === before.currency && told.usd_amount_in_cents === undefined
    ? undefined
    : amount;

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

/** The program's rate for a row's currency; a missing one is reported, also for rows that an earlier attempt has recorded. */
export function noteRate(
  currency: string | undefined,
  { usd_amount_in_cents: told }: UsdCell,
  { program, warn }: RuleContext,
): string | undefined {
  // Whoever tells the worth needs no rate.
  if (told !== undefined) return undefined;
  const code = currency ?? DEFAULT_CURRENCY;
  const rate = rateOf(program, code);
  if (rate === undefined) {
    warn({
      code: "no_rate",
      message: `The program has no rate for ${code}: amounts in ${code} are kept but not counted in US dollars.`,
    });
  }
  return rate;
}
