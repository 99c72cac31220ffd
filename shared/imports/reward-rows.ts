import type { RowOf } from "../records/column.ts";
import { majorUnits } from "../records/currency.ts";
import { customer } from "../records/customer.ts";
import { derivedKey } from "../records/derived-key.ts";
import type { Partnership } from "../records/partnership.ts";
import { testOf } from "../records/record.ts";
import { type Reward, reward } from "../records/reward.ts";
import { transaction } from "../records/transaction.ts";
import { isWholeRecord } from "../records/whole-record.ts";
import { RowProblem } from "./read-row.ts";
import { type Amount, changedAmount, noteRate, rowAmount } from "./row-amount.ts";
import { customersOf } from "./row-customer.ts";
import { partnersOf } from "./row-partner.ts";
import {
  createdEarlier,
  decideRecord,
  earlierTurn,
  holderFinder,
  identity,
  instantOr,
  referenceFinder,
  lookUp,
  type Row,
  type RowRule,
  type RuleContext,
  shown,
} from "./row-rule.ts";

type Values = RowOf<typeof reward.layout.columns>;

/** What a reward is for: the customer and transaction it hangs on, and the partner they belong to. */
interface Target {
  readonly customer_key: string | null;
  readonly transaction_key: string | null;
  /** The subscription that the transaction belongs to. */
  readonly subscription_key: string | null;
  /** Undefined where it may be anybody. */
  readonly partnership: string | null | undefined;
  /** Whether it may tell less of the customer or transaction than is stored. */
  readonly isWhole: boolean;
}

const NO_TARGET = { customer_key: null, transaction_key: null, subscription_key: null };

const transactionByKey = referenceFinder(transaction, "key");
const customerByOwnKey = referenceFinder(customer, "customer_key");
const customerByKey = referenceFinder(customer, "key");

/** Rewards are known by their key; without one, by the file's content and the row, so that a file counts once. */
export const rewardRows: RowRule = {
  identities: ({ key }: Values) => identity("key", key),

  async decide(rows, context) {
    const targetKeys = (type: string) =>
      rows.map(({ values }) => ((values as Values).target_type === type ? (values as Values).target_key : undefined));
    const keys = new Map(rows.map((row) => [row, keyOf(row, context)]));
    const earners = rows.map(({ values }) => (values as Values).earned_by_customer);
    const payments = rows.map(({ values }) => (values as Values).earned_by_transaction);
    const [holders, partnerOf, transactions, customers, psCustomers, earnerOf] = await Promise.all([
      lookUp([...keys.values()], holderFinder(context, reward, "key")),
      partnersOf(rows, context),
      lookUp([...targetKeys("transaction"), ...payments], transactionByKey(context)),
      lookUp(targetKeys("customer"), customerByOwnKey(context)),
      lookUp(targetKeys("customer"), customerByKey(context)),
      customersOf(earners, "earned_by_customer", context),
    ]);
    const unknown = (type: string, column: string, key: string): RowProblem =>
      new RowProblem(
        `unknown_${type}`,
        column,
        `there is no ${type} ${shown(key)}`,
        `Import the ${type} first, or correct the key.`,
      );

    /** What an export says that a reward was earned by, wherever that has gone since. */
    const earnedBy = ({ earned_by_transaction: paid, earned_by_customer, ...others }: Values) => {
      const column = paid === undefined ? "earned_by_customer" : "earned_by_transaction";
      if (others.target_type !== undefined || others.target_key !== undefined) {
        return new RowProblem(
          "two_targets",
          column,
          `is filled in beside ${context.ownName("target_key")}`,
          "Name what the reward is for in one of the two ways.",
        );
      }
      const bought = transactions(paid)?.record;
      if (paid !== undefined && bought === undefined) return unknown("transaction", "earned_by_transaction", paid);
      const buyer = earnerOf(earned_by_customer);
      if (buyer instanceof RowProblem) return buyer;
      return {
        customer_key: buyer?.key ?? bought?.customer_key ?? null,
        transaction_key: bought?.key ?? null,
        subscription_key: bought?.subscription_key ?? null,
        partnership: undefined,
        isWhole: true,
      };
    };

    const targetOf = (values: Values): Target | RowProblem | undefined => {
      const { target_type, target_key } = values;
      if ((values.earned_by_transaction ?? values.earned_by_customer) !== undefined) return earnedBy(values);
      if (target_type === undefined && target_key === undefined) return undefined;
      if (target_type === undefined || target_key === undefined) {
        const empty = target_type === undefined ? "target_type" : "target_key";
        return new RowProblem(
          "half_target",
          empty,
          "is empty beside its other half",
          `Fill in both ${context.ownName("target_type")} and ${context.ownName("target_key")}, or neither.`,
        );
      }
      // Another row may have looked the same key up as one of the other type.
      const bought = target_type === "transaction" ? transactions(target_key)?.record : undefined;
      if (bought) {
        const { customer_key, key: transaction_key, subscription_key, partnership_key: owner } = bought;
        return { customer_key, transaction_key, subscription_key, partnership: owner, isWhole: false };
      }
      const buyer = target_type === "customer" ? (customers(target_key) ?? psCustomers(target_key))?.record : undefined;
      if (buyer) return { ...NO_TARGET, customer_key: buyer.key, partnership: buyer.partnership_key, isWhole: false };
      return unknown(target_type, "target_key", target_key);
    };

    return Promise.all(
      rows.map(async (row) => {
        const values: Values = row.values;
        const key = keys.get(row) ?? "";
        const holder = holders(key);
        const before = holder?.stored;
        const earlier = createdEarlier(holder?.claim, row);
        if (earlier) {
          noteRate(values.reward_currency ?? before?.record.currency, values, context);
          return earlier;
        }
        // The same row of the same file dropped before: whatever became of the reward since stays.
        if (holder && values.key === undefined) return { outcome: "unchanged" as const, key };
        const after = wanted(
          row,
          { key, before: before?.record, partner: partnerOf(values), target: targetOf(values) },
          context,
        );
        if (!(after instanceof RowProblem)) return decideRecord(reward, { row, context, before, after });
        // What is done is done, even if the row would be refused today.
        const done = before && (await earlierTurn(reward, before, row, context));
        return done && "outcome" in done && done.outcome === "updated" ? done : after;
      }),
    );
  },
};

/** What a row is about, as far as it is there. */
interface Found {
  readonly key: string;
  readonly before: Reward | undefined;
  readonly partner: Partnership | RowProblem;
  readonly target: Target | RowProblem | undefined;
}

/** The reward as the row wants it. */
function wanted(row: Row, { key, before, partner, target }: Found, context: RuleContext): Reward | RowProblem {
  const values: Values = row.values;
  if (partner instanceof RowProblem) return partner;
  if (before && before.partnership_key !== partner.key) {
    return new RowProblem(
      "key_taken",
      "key",
      `${shown(key)} is the key of another partner's reward`,
      "Give the reward a key of its own, or correct the partner.",
    );
  }
  if (values.status === "scheduled" && !isWholeRecord(values)) return SCHEDULED;
  if (target instanceof RowProblem) return target;
  // What a reward hangs on may have gone to another partner since.
  const newTarget = target === undefined || (before && sameTarget(before, target)) ? undefined : target;
  if (newTarget?.partnership !== undefined && newTarget.partnership !== partner.key) {
    return new RowProblem(
      "foreign_target",
      "target_key",
      `${shown(values.target_key)} belongs to ${newTarget.partnership === null ? "no partner" : "another partner"}`,
      "Reward the partner whose customer it is.",
    );
  }
  // Cells left empty keep what is stored, and the decimals of an amount are those of its currency.
  const amount = rowAmount(values, values.reward_currency ?? before?.currency, context);
  if (amount instanceof RowProblem) return amount;
  if (before === undefined) return created(key, values, partner, newTarget, amount, context);
  const changed = changedAmount(before, amount, values);
  if (before.reward_status === "paid" && changed && !sameAmount(before, changed)) {
    return new RowProblem(
      "reward_paid",
      paidColumn(before, changed, values),
      `is not the amount that was paid, ${majorUnits(before.amount, before.currency)} ${before.currency}`,
      "Leave a paid reward's amount as it is, and make a reward of the difference.",
    );
  }
  return updated(before, values, newTarget, changed, context);
}

const SCHEDULED = new RowProblem(
  "bad_status",
  "status",
  "is set by the program alone, when it knows the day",
  "Use hold, and leave the day to the program.",
);

/** A row of a transaction's customer, or of a transaction alone, may say less than is stored. */
const sameTarget = (before: Reward, { customer_key, transaction_key, isWhole }: Target): boolean => {
  const isCustomer = customer_key === before.customer_key;
  const isTransaction = transaction_key === before.transaction_key;
  if (isWhole) return isCustomer && isTransaction;
  return transaction_key === null ? isCustomer : isTransaction;
};

const sameAmount = (before: Reward, { amount, currency, amount_usd }: Amount): boolean =>
  amount === before.amount && currency === before.currency && amount_usd === before.amount_usd;

function paidColumn(before: Reward, { amount, currency }: Amount, { amount_in_cents }: Values): string {
  if (amount === before.amount && currency === before.currency) return "usd_amount_in_cents";
  return amount_in_cents === undefined ? "amount_in_dollars" : "amount_in_cents";
}

/** What the partner reads of a reward from an export that may leave it open. */
const NOT_DESCRIBED = "Reward";

const keyOf = ({ row, values }: Row, { program, job }: RuleContext): string =>
  (values as Values).key ?? derivedKey("rwrd_", program.key, job.sha256 ?? job.key, String(row));

/** What of a target the reward keeps. */
const aboutOf = ({
  customer_key,
  transaction_key,
  subscription_key,
}: Pick<Target, "customer_key" | "transaction_key" | "subscription_key">) => ({
  customer_key,
  transaction_key,
  subscription_key,
});

const created = (
  key: string,
  values: Values,
  partner: Partnership,
  target: Target | undefined,
  amount: Amount,
  { program, job }: RuleContext,
): Reward => ({
  program: program.key,
  key,
  partnership_key: partner.key,
  ...amount,
  description: values.reward_description ?? (isWholeRecord(values) ? "" : NOT_DESCRIBED),
  reward_status: values.status ?? "pending",
  decline_reason: values.decline_reason ?? null,
  source: values.reward_source ?? "import",
  is_external: values.is_external ?? false,
  ...aboutOf(target ?? NO_TARGET),
  ...testOf(partner),
  trigger_key: values.trigger_key ?? null,
  ready_at: values.ready_at ?? null,
  archived: values.reward_archived ?? false,
  created_at: values.created_at ?? job.created_at,
  updated_at: job.created_at,
});

const updated = (
  before: Reward,
  values: Values,
  target: Target | undefined,
  amount: Amount | undefined,
  { job }: RuleContext,
): Reward => ({
  ...before,
  ...amount,
  ...(target !== undefined && aboutOf(target)),
  description: values.reward_description ?? before.description,
  reward_status: statusOf(before, values.status),
  decline_reason: values.decline_reason ?? before.decline_reason,
  source: values.reward_source ?? before.source,
  is_external: values.is_external ?? before.is_external,
  trigger_key: values.trigger_key ?? before.trigger_key,
  ready_at: before.ready_at === null ? (values.ready_at ?? null) : instantOr(values.ready_at, before.ready_at),
  archived: values.reward_archived ?? before.archived,
  created_at: instantOr(values.created_at, before.created_at),
  updated_at: job.created_at,
});

/** Files know no word for "scheduled", which is on hold until its day. */
const statusOf = ({ reward_status }: Reward, told: Values["status"]): Reward["reward_status"] =>
  told === undefined || (told === "hold" && reward_status === "scheduled") ? reward_status : told;
