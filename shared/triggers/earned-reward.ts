import { usdCents } from "../records/currency.ts";
import type { Reward } from "../records/reward.ts";
import type { RewardEffect, Trigger } from "../records/trigger.ts";
import { fillIn } from "./fill-in.ts";
import type { Worth } from "./reward-worth.ts";
import { type Subject, valueOf } from "./subject.ts";
import { rateIn, type TriggerContext } from "./trigger-context.ts";

const DAY = 24 * 60 * 60 * 1000;

/** The reward that a trigger makes. */
export function earnedReward(
  context: TriggerContext,
  { key: trigger_key }: Trigger,
  { description, hold_days }: RewardEffect,
  subject: Subject,
  { amount, currency }: Worth,
  key: string,
): Reward {
  const { program, now } = context;
  const rate = rateIn(context)(currency);
  return {
    program: program.key,
    key,
    partnership_key: subject.partnership.key,
    amount,
    currency,
    amount_usd: rate === undefined ? null : usdCents(amount, currency, rate),
    // Like all texts that come from files: an empty field at its end leaves no blank.
    description: fillIn(description, subject, program).slice(0, 500).trim(),
    reward_status: "pending",
    decline_reason: null,
    source: "trigger",
    is_external: false,
    customer_key: customerOf(subject),
    transaction_key: subject.transaction?.key ?? null,
    subscription_key: textOf(subject, "transaction.subscription_key"),
    trigger_key,
    ready_at: hold_days === 0 ? null : now + hold_days * DAY,
    archived: false,
    created_at: now,
    updated_at: now,
  };
}

const customerOf = (subject: Subject): string | null =>
  subject.customer?.key ?? textOf(subject, "transaction.customer_key");

function textOf(subject: Subject, path: string): string | null {
  const value = valueOf(subject, path);
  return typeof value === "string" ? value : null;
}
