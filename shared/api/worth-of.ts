import { CallerError } from "../errors.ts";
import type { Program } from "../records/program.ts";
import { usdWorth } from "../records/usd-worth.ts";

/** What an amount is worth in US cents at the program's rate of today; null without a rate. Throws for more than can be counted. */
export function worthOf(program: Pick<Program, "rates">, amount: number, currency: string): number | null {
  const dollars = usdWorth(program, amount, currency);
  if (dollars === null || Number.isSafeInteger(dollars)) return dollars;
  throw new CallerError("invalid", `${amount} ${currency} is worth more US dollars than can be counted`, "amount");
}
