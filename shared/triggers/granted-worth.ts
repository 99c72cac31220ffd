import type { Change } from "../ledger/entry.ts";
import { type Allowance, allowance, allowancePlace } from "../records/allowance.ts";
import type { Customer } from "../records/customer.ts";
import { customerSk, partnerPk } from "../records/place.ts";
import { transaction } from "../records/transaction.ts";
import type { RewardEffect, Trigger } from "../records/trigger.ts";
import { capped, rewardWorth, type Worth } from "./reward-worth.ts";
import type { Subject } from "./subject.ts";
import { rateIn, type TriggerContext } from "./trigger-context.ts";

/** What a reward comes to, and the limits that it counts against. */
interface Granted {
  readonly worth: Worth;
  readonly changes: readonly Change[];
  /** By allowance, how much of it. */
  readonly used: { readonly allowance: string; readonly amount: number }[];
}

/** What a reward comes to within its limits, and how that uses them up. */
export async function grantedWorth(
  context: TriggerContext,
  one: Trigger,
  effect: RewardEffect,
  index: number,
  subject: Subject,
): Promise<Granted | undefined> {
  const worth = rewardWorth(effect, subject, one.event);
  return worth && limited(context, one, effect, index, subject, worth);
}

async function limited(
  context: TriggerContext,
  one: Trigger,
  effect: RewardEffect,
  index: number,
  subject: Subject,
  worth: Worth,
): Promise<Granted | undefined> {
  const { first_transactions, cap } = effect;
  const buyer = subject.customer;
  const changes: Change[] = [];
  const used: Granted["used"] = [];
  if (first_transactions !== null) {
    // A refund may be of a transaction that earned nothing.
    if (buyer === undefined || worth.amount < 0) return undefined;
    const first = await readAllowance(context, `${one.key}/${index}/first/${buyer.key}`);
    if (first.used.count >= first_transactions) return undefined;
    if ((await paidBefore(context, buyer, first_transactions)) >= first_transactions) return undefined;
    changes.push(first.more(0));
    used.push({ allowance: first.used.key, amount: 0 });
  }
  if (cap === null) return { worth, changes, used };
  const left = { amount: cap.amount, currency: effect.currency ?? "USD" };
  if (cap.per === "reward") {
    const within = capped(worth, left, rateIn(context));
    return within && within.worth.amount !== 0 ? { worth: within.worth, changes, used } : undefined;
  }
  const holder = cap.per === "customer" ? buyer?.key : subject.partnership.key;
  if (holder === undefined) return undefined;
  const total = await readAllowance(context, `${one.key}/${index}/cap/${holder}`);
  // What a refund takes back may be earned again, and no more than was given is taken back.
  const room = worth.amount < 0 ? total.used.amount : cap.amount - total.used.amount;
  const within = capped(worth, { ...left, amount: Math.max(0, room) }, rateIn(context));
  if (within === undefined || within.worth.amount === 0) return undefined;
  used.push({ allowance: total.used.key, amount: within.used });
  return { worth: within.worth, changes: [...changes, total.more(within.used)], used };
}

async function readAllowance({ ledger, program, now }: TriggerContext, key: string) {
  const [before] = await ledger.read(allowance, [allowancePlace(program.key, key)]);
  const used: Allowance = before?.record ?? {
    program: program.key,
    key,
    count: 0,
    amount: 0,
    created_at: now,
    updated_at: now,
  };
  const more = (amount: number): Change<Allowance> => ({
    declaration: allowance,
    before,
    after: { ...used, count: used.count + 1, amount: used.amount + amount, updated_at: now },
  });
  return { used, more };
}

/** How many transactions the customer has paid so far, counted up to a limit; also those under earlier partners. */
async function paidBefore({ ledger, program }: TriggerContext, buyer: Customer, limit: number): Promise<number> {
  let count = 0;
  for (const owner of new Set([buyer.partnership_key ?? "", ...buyer.former_partnership_keys])) {
    const pk = partnerPk(program.key, owner === "" ? null : owner, buyer.key);
    for await (const { record } of ledger.collection(transaction, pk, `${customerSk(buyer.key)}#T#`)) {
      if (record.amount > 0) count += 1;
      if (count === limit) return count;
    }
  }
  return count;
}
