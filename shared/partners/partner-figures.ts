import type { Counters } from "../ledger/totals.ts";
import type { Money, Unconverted } from "./table-column.ts";

/** What a partner's sums come to over all days. */
export interface PartnerFigures {
  readonly sign_ups: number;
  readonly transactions: number;
  /** US cents. */
  readonly revenue_usd: number;
  readonly unconverted: Unconverted;
  /** The beginning of the last UTC day on which something is counted. */
  readonly last_active: number | null;
  /** US cents. */
  readonly rewards_usd: number;
  readonly rewards_unconverted: Unconverted;
  readonly rewards: readonly { readonly status: string; readonly count: number; readonly amounts: readonly Money[] }[];
  readonly leads: readonly { readonly status: string; readonly count: number }[];
  readonly deals: readonly { readonly stage: string; readonly count: number }[];
  readonly deal_amounts: readonly Money[];
}

const DAY_DIGITS = "2026-01-31/".length;

const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** Sums of counters by their names, over all days. */
function overall(counters: Counters): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [counter, amount] of counters) {
    const name = counter.slice(DAY_DIGITS);
    sums.set(name, (sums.get(name) ?? 0) + amount);
  }
  return sums;
}

/** The sum of the counters of these names; one that ends in `/` is the beginning of many. */
export function sumOver(counters: Counters, names: readonly string[]): number {
  let sum = 0;
  for (const [counter, amount] of counters) {
    const name = counter.slice(DAY_DIGITS);
    if (names.some((one) => (one.endsWith("/") ? name.startsWith(one) : name === one))) sum += amount;
  }
  return sum;
}

/** The counters below a beginning that come to something, by what follows. */
const below = (sums: ReadonlyMap<string, number>, begins: string): [string, number][] =>
  [...sums]
    .filter(([name, amount]) => name.startsWith(begins) && amount !== 0)
    .map(([name, amount]): [string, number] => [name.slice(begins.length), amount])
    .toSorted(([one], [other]) => byText(one, other));

const countsBelow = (sums: ReadonlyMap<string, number>, begins: string): Unconverted =>
  below(sums, begins).map(([currency, transactions]) => ({ currency, transactions }));

export function partnerFigures(counters: Counters): PartnerFigures {
  const sums = overall(counters);
  const of = (name: string): number => sums.get(name) ?? 0;
  const rewardAmounts = below(sums, "reward_amount/").map(([name, amount]) => {
    const slash = name.indexOf("/");
    return { currency: name.slice(0, slash), status: name.slice(slash + 1), amount };
  });
  return {
    sign_ups: of("customers"),
    transactions: of("transactions"),
    revenue_usd: of("amount_usd"),
    unconverted: countsBelow(sums, "unconverted/"),
    last_active: lastActive(counters),
    rewards_usd: of("reward_usd"),
    rewards_unconverted: countsBelow(sums, "reward_unconverted/"),
    rewards: below(sums, "rewards/").map(([status, count]) => ({
      status,
      count,
      amounts: rewardAmounts
        .filter((one) => one.status === status)
        .map(({ currency, amount }) => ({ currency, amount })),
    })),
    leads: below(sums, "leads/").map(([status, count]) => ({ status, count })),
    deals: below(sums, "deals/").map(([stage, count]) => ({ stage, count })),
    deal_amounts: below(sums, "deal_amount/").map(([currency, amount]) => ({ currency, amount })),
  };
}

function lastActive(counters: Counters): number | null {
  let last = "";
  for (const [counter, amount] of counters) if (amount !== 0 && counter > last) last = counter;
  return last === "" ? null : Date.parse(last.slice(0, DAY_DIGITS - 1));
}
