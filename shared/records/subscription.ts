import * as z from "zod";
import { nullable } from "./record.ts";

/**
 * What a customer pays for again and again, as its transactions tell of it. Kept with the customer, and so with the
 * partner the customer belongs to.
 */
export const subscription = z.object({
  key: z.string(),
  provider_key: nullable.text().meta({ description: "The payment provider's key of the subscription" }),
  plan_name: nullable.text(),
  amount: z.int().meta({ description: "Minor units of the currency, for one period; 0 before the first payment" }),
  currency: z.string().length(3),
  quantity: z.int(),
  transactions: z.int().meta({ description: "How many transactions belong to it, refunds among them" }),
  created_at: z.int().meta({ description: "Epoch milliseconds of its first transaction" }),
  paid_at: z.int().meta({ description: "Epoch milliseconds of its latest transaction" }),
  transaction_key: z.string().meta({ description: "Its latest transaction, which told what it is now" }),
});

export type Subscription = z.output<typeof subscription>;

/** What a transaction's row told of the subscription that it belongs to, beside the plan. */
export const subscriptionTerms = z.object({
  provider_key: nullable.text(),
  quantity: z.int(),
  amount: z.int().nullable().meta({ description: "Null where one period costs what was paid" }),
});
