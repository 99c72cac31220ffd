import * as z from "zod";
import { MAX_MINOR } from "../records/cell.ts";
import { isCurrency } from "../records/currency.ts";
import { shown } from "./validated.ts";

/** Money in minor units of its currency, as a body tells it. */
export const amountInput = z
  .int()
  .min(-MAX_MINOR)
  .max(MAX_MINOR)
  .meta({ description: "Minor units of the currency, such as cents; negative for money that goes back" });

export const currencyInput = z
  .string()
  .length(3)
  .toUpperCase()
  .refine(isCurrency, { error: ({ input }) => `${shown(input)} is not an ISO 4217 currency` })
  .meta({ description: "Three letters of ISO 4217" });
