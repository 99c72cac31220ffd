import { usdCents } from "./currency.ts";
import type { Program } from "./program.ts";

type Rates = Pick<Program, "rates">;

/** The program's US dollars for one unit of a currency, as a decimal; undefined without a rate. */
export const rateOf = ({ rates }: Rates, currency: string): string | undefined =>
  currency === "USD" ? "1" : rates[currency];

/** An amount in US cents at the program's rate of today; null without a rate. It may be more than can be counted exactly. */
export function usdWorth(program: Rates, amount: number, currency: string): number | null {
  const rate = rateOf(program, currency);
  return rate === undefined ? null : usdCents(amount, currency, rate);
}
