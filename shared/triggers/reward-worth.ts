import { minorDigits, usdCents } from "../records/currency.ts";
import type { RewardEffect, TriggerEvent } from "../records/trigger.ts";
import { eventRules } from "./event-rules.ts";
import { type Subject, valueOf } from "./subject.ts";

/** Of flat rewards that name none. */
export const DEFAULT_CURRENCY = "USD";

/** Money in minor units. */
export interface Worth {
  readonly amount: number;
  readonly currency: string;
}

/** The event's own money, such as a transaction's. */
export function moneyOf(subject: Subject): Worth | undefined {
  const noun = (["transaction", "deal", "lead"] as const).find((name) => subject[name] !== undefined);
  const amount = noun && valueOf(subject, `${noun}.amount`);
  const currency = noun && valueOf(subject, `${noun}.currency`);
  if (typeof amount !== "number") return undefined;
  return { amount, currency: typeof currency === "string" ? currency : DEFAULT_CURRENCY };
}

/** What a reward comes to before any cap; undefined where the effect gives nothing for this subject. */
export function rewardWorth(effect: RewardEffect, subject: Subject, event: TriggerEvent): Worth | undefined {
  const product = valueOf(subject, "transaction.product_key");
  const own = effect.products.find(({ product_key }) => product_key === product);
  const { amount, percent } = own ?? effect;
  // A move that a sale brings about has no amount of its own.
  const money = eventRules[event].hasAmount ? moneyOf(subject) : undefined;
  if (percent !== null) return money && nonZero({ amount: share(money.amount, percent), currency: money.currency });
  // What was paid back, or nothing, earns nothing.
  if (amount === null || (money !== undefined && money.amount <= 0)) return undefined;
  return { amount, currency: effect.currency ?? DEFAULT_CURRENCY };
}

const nonZero = (worth: Worth): Worth | undefined => (worth.amount === 0 ? undefined : worth);

/** So many percent of an amount; exact, halves round away from zero. */
function share(amount: number, percent: string): number {
  const [whole = "0", fraction = ""] = percent.split(".");
  const numerator = BigInt(Math.abs(amount)) * BigInt(whole + fraction);
  const denominator = 100n * 10n ** BigInt(fraction.length);
  const part = Number((numerator * 2n + denominator) / (denominator * 2n));
  return amount < 0 && part !== 0 ? -part : part;
}

/** A rate's US dollars for one unit, as a decimal; undefined without one. */
export type RateOf = (currency: string) => string | undefined;

/**
 * The most of a reward that `left` of the cap's currency allows, and how much of it that takes. Undefined when there is
 * no rate between the two currencies.
 */
export function capped(
  worth: Worth,
  left: Worth,
  rateOf: RateOf,
): { readonly worth: Worth; readonly used: number } | undefined {
  const sign = worth.amount < 0 ? -1 : 1;
  const wanted = Math.abs(worth.amount);
  if (worth.currency === left.currency) {
    const granted = Math.min(wanted, left.amount);
    return { worth: { ...worth, amount: sign * granted }, used: sign * granted };
  }
  const from = rateOf(worth.currency);
  const to = rateOf(left.currency);
  if (from === undefined || to === undefined) return undefined;
  const inDollars = usdCents(wanted, worth.currency, from);
  const leftInDollars = usdCents(left.amount, left.currency, to);
  if (inDollars <= leftInDollars)
    return { worth, used: sign * Math.min(left.amount, fromDollars(inDollars, left.currency, to)) };
  const granted = Math.min(wanted, fromDollars(leftInDollars, worth.currency, from));
  return { worth: { ...worth, amount: sign * granted }, used: sign * left.amount };
}

/** Minor units of a currency that so many US cents buy, rounded down. */
function fromDollars(cents: number, currency: string, rate: string): number {
  const [whole = "0", fraction = ""] = rate.split(".");
  const numerator = BigInt(cents) * 10n ** BigInt(fraction.length + minorDigits(currency));
  return Number(numerator / (BigInt(whole + fraction) * 100n));
}
