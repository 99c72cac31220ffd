import type { Subscription } from "./subscription.ts";
import type { Transaction } from "./transaction.ts";

/** What of a transaction tells of the subscription that it belongs to. */
export type Telling = Pick<
  Transaction,
  "key" | "amount" | "currency" | "created_at" | "subscription_key" | "subscription_plan" | "subscription_terms"
>;

/** How much a transaction has to say: payments more than refunds and what costs nothing, later ones more than earlier ones. */
interface Rank {
  readonly pays: boolean;
  readonly at: number;
  readonly key: string;
}

const rankOf = ({ amount, created_at, key }: Telling): Rank => ({ pays: amount > 0, at: created_at, key });

/** A subscription has an amount as soon as it has been paid for. */
const rankOfLatest = ({ amount, paid_at, transaction_key }: Subscription): Rank => ({
  pays: amount > 0,
  at: paid_at,
  key: transaction_key,
});

function compareRanks(one: Rank, other: Rank): number {
  if (one.pays !== other.pays) return one.pays ? 1 : -1;
  if (one.at !== other.at) return one.at - other.at;
  return one.key === other.key ? 0 : one.key < other.key ? -1 : 1;
}

/**
 * The subscription that these transactions, which belong to one, tell of; undefined for none. It is as its latest payment
 * told, with the latest plan that a payment named, whatever the order they come in.
 */
export function subscriptionOf(tellings: readonly Telling[]): Subscription | undefined {
  let found: Subscription | undefined;
  for (const one of tellings.toSorted((a, b) => compareRanks(rankOf(a), rankOf(b)))) {
    found = found === undefined ? firstOf(one) : joined(found, one);
  }
  return found;
}

/** What the first transaction of a subscription tells. */
export const firstOf = (telling: Telling): Subscription => ({
  key: telling.subscription_key ?? "",
  provider_key: telling.subscription_terms?.provider_key ?? null,
  plan_name: telling.subscription_plan,
  ...stateOf(telling),
  transactions: 1,
  created_at: telling.created_at,
});

/**
 * The subscription with one more transaction. Undefined where only all of its transactions together tell its plan: the
 * one that is added names another plan, and what is known now may be of an earlier one.
 */
export function joined(before: Subscription, telling: Telling): Subscription | undefined {
  const after = {
    ...before,
    transactions: before.transactions + 1,
    created_at: Math.min(before.created_at, telling.created_at),
  };
  const { subscription_plan: plan } = telling;
  if (compareRanks(rankOf(telling), rankOfLatest(before)) > 0) {
    return { ...after, ...stateOf(telling), plan_name: plan ?? before.plan_name };
  }
  if (plan === null || plan === before.plan_name) return after;
  if (before.plan_name === null) return { ...after, plan_name: plan };
  // Without a provider's key each transaction names the plan, and so did the latest one.
  return before.provider_key === null ? after : undefined;
}

const stateOf = ({ amount, currency, created_at, key, subscription_terms: terms }: Telling) => ({
  amount: amount > 0 ? (terms?.amount ?? amount) : 0,
  currency,
  quantity: terms?.quantity ?? 1,
  paid_at: created_at,
  transaction_key: key,
});
