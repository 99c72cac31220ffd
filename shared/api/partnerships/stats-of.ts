import * as z from "zod";
import type { Counters } from "../../ledger/totals.ts";

const count = z.int();
const cents = z.int().meta({ description: "US cents, of what could be converted" });

/** What a partner has brought about, of all time. */
export const statsShape = z.object({
  CUSTOMER_COUNT: count,
  TRANSACTION_COUNT: count,
  TRANSACTION_AMOUNT_USD: cents,
  REWARD_COUNT: count,
  REWARD_AMOUNT_USD: cents,
  LEAD_COUNT: count,
  DEAL_COUNT: count,
});

type Stats = z.output<typeof statsShape>;

/** What of a counter's name, behind its day, says what it counts. */
const COUNTED: Readonly<Record<string, keyof Stats>> = {
  customers: "CUSTOMER_COUNT",
  transactions: "TRANSACTION_COUNT",
  amount_usd: "TRANSACTION_AMOUNT_USD",
  rewards: "REWARD_COUNT",
  reward_usd: "REWARD_AMOUNT_USD",
  leads: "LEAD_COUNT",
  deals: "DEAL_COUNT",
};

/** Adds up a partner's totals. */
export function statsOf(totals: Counters): Stats {
  const stats: Stats = {
    CUSTOMER_COUNT: 0,
    TRANSACTION_COUNT: 0,
    TRANSACTION_AMOUNT_USD: 0,
    REWARD_COUNT: 0,
    REWARD_AMOUNT_USD: 0,
    LEAD_COUNT: 0,
    DEAL_COUNT: 0,
  };
  for (const [counter, amount] of totals) {
    const [, what = ""] = counter.split("/");
    const name = Object.hasOwn(COUNTED, what) ? COUNTED[what] : undefined;
    if (name !== undefined) stats[name] += amount;
  }
  return stats;
}
