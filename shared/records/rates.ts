import * as z from "zod";
import { isCurrency } from "./currency.ts";

export const currencyCode = z
  .string()
  .refine(isCurrency, { error: ({ input }) => `'${String(input)}' is not an ISO 4217 currency` });

/** US dollars for one unit of a currency, as a decimal in a string: a number would not keep all of its digits. */
export const rate = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,12})?$/, { error: "a rate is a decimal in a string, such as '1.0842'" })
  .refine((value) => Number(value) > 0, { error: "a rate is more than zero" });

/** A program's table of rates, as somebody sets it. */
export const ratesInput = z
  .record(currencyCode, rate)
  .refine(({ USD = "1" }) => Number(USD) === 1, { error: "a US dollar is worth one US dollar" });

/** The table as it is kept. */
export const withDollar = (rates: z.output<typeof ratesInput>): Readonly<Record<string, string>> => ({
  ...rates,
  USD: "1",
});
