import type { RowOf } from "../records/column.ts";
import { majorUnits } from "../records/currency.ts";
import { customer } from "../records/customer.ts";
import { derivedKey } from "../records/derived-key.ts";
import type { Partnership } from "../records/partnership.ts";
import { type Reward, reward } from "../records/reward.ts";
import { transaction } from "../records/transaction.ts";
import { RowProblem } from "./read-row.ts";
import { type Amount, noteRate, rowAmount } from "./row-amount.ts";
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
  readonly partnership: string | null | undefined;
}

const NO_TARGET: Target = {
  customer_key: null,
  transaction_key: null,
  subscription_key: null,
  partnership: undefined,
};

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
    const [holders, partnerOf, transactions, customers, psCustomers] = await Promise.all([
      lookUp([...keys.values()], holderFinder(context, reward, "key")),
      partnersOf(rows, context),
      lookUp(targetKeys("transaction"), transactionByKey(context)),
      lookUp(targetKeys("customer"), customerByOwnKey(context)),
      lookUp(targetKeys("customer"), customerByKey(context)),
    ]);

    const targetOf = (values: Values): Target | RowProblem => {
      const { target_type, target_key } = values;
      if (target_type === undefined && target_key === undefined) return NO_TARGET;
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
        const { customer_key, subscription_key } = bought;
        return { customer_key, subscription_key, transaction_key: bought.key, partnership: bought.partnership_key };
      }
      const buyer = target_type === "customer" ? (customers(target_key) ?? psCustomers(target_key))?.record : undefined;
      if (buyer) return { ...NO_TARGET, customer_key: buyer.key, partnership: buyer.partnership_key };
      return new RowProblem(
        `unknown_${target_type}`,
        "target_key",
        `there is no ${target_type} ${shown(target_key)}`,
        `Import the ${target_type} first, or correct the key.`,
      );
    };

    return Promise.all(
      rows.map(async (row) => {
        const values: Values = row.values;
        const key = keys.get(row) ?? "";
        const holder = holders(key);
        const before = holder?.stored;
        const earlier = createdEarlier(holder?.claim, row);
        if (earlier) {
          noteRate(values.reward_currency ?? before?.record.currency, context);
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
  readonly target: Target | RowProblem;
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
  if (target instanceof RowProblem) return target;
  // What a reward hangs on may have gone to another partner since.
  const isNewTarget = before === undefined || !sameTarget(before, target);
  if (isNewTarget && target.partnership !== undefined && target.partnership !== partner.key) {
    return new RowProblem(
      "foreign_target",
      "target_key",
      `${shown(values.target_key)} belongs to ${target.partnership === null ? "no partner" : "another partner"}`,
      "Reward the partner whose customer it is.",
    );
  }
  // Cells left empty keep what is stored, and the decimals of an amount are those of its currency.
  const amount = rowAmount(values, values.reward_currency ?? before?.currency, context);
  if (amount instanceof RowProblem) return amount;
  if (before === undefined) return created(key, values, partner, target, amount, context);
  if (before.reward_status === "paid" && !sameAmount(before, amount)) {
    return new RowProblem(
      "reward_paid",
      values.amount_in_cents === undefined ? "amount_in_dollars" : "amount_in_cents",
      `is not the amount that was paid, ${majorUnits(before.amount, before.currency)} ${before.currency}`,
      "Leave a paid reward's amount as it is, and make a reward of the difference.",
    );
  }
  return updated(before, values, isNewTarget ? target : NO_TARGET, amount, context);
}

/** A row that names no target keeps the stored one; one of a transaction's customer says less than is stored. */
const sameTarget = (before: Reward, { partnership, customer_key, transaction_key }: Target): boolean =>
  partnership === undefined ||
  (transaction_key === null ? customer_key === before.customer_key : transaction_key === before.transaction_key);

const sameAmount = (before: Reward, { amount, currency }: Amount): boolean =>
  amount === before.amount && currency === before.currency;

/** What the partner reads of a reward from an export that may leave it open. */
const NOT_DESCRIBED = "Reward";

const keyOf = ({ row, values }: Row, { program, job }: RuleContext): string =>
  (values as Values).key ?? derivedKey("rwrd_", program.key, job.sha256 ?? job.key, String(row));

const created = (
  key: string,
  values: Values,
  partner: Partnership,
  target: Target,
  amount: Amount,
  { program, job }: RuleContext,
): Reward => ({
  program: program.key,
  key,
  partnership_key: partner.key,
  ...amount,
  description: values.reward_description ?? NOT_DESCRIBED,
  reward_status: values.status ?? "pending",
  decline_reason: null,
  source: "import",
  is_external: values.is_external ?? false,
  customer_key: target.customer_key,
  transaction_key: target.transaction_key,
  subscription_key: target.subscription_key,
  trigger_key: null,
  ready_at: null,
  created_at: values.created_at ?? job.created_at,
  updated_at: job.created_at,
});

/** The worth in US dollars stays what it was at the time, unless the amount itself changes. */
const updated = (before: Reward, values: Values, target: Target, amount: Amount, { job }: RuleContext): Reward => ({
  ...before,
  ...(sameAmount(before, amount) ? {} : amount),
  ...(target.partnership !== undefined && {
    customer_key: target.customer_key,
    transaction_key: target.transaction_key,
    subscription_key: target.subscription_key,
  }),
  description: values.reward_description ?? before.description,
  reward_status: statusOf(before, values.status),
  is_external: values.is_external ?? before.is_external,
  created_at: instantOr(values.created_at, before.created_at),
  updated_at: job.created_at,
});

/** Files know no word for "scheduled", which is on hold until its day. */
const statusOf = ({ reward_status }: Reward, told: Values["status"]): Reward["reward_status"] =>
  told === undefined || (told === "hold" && reward_status === "scheduled") ? reward_status : told;
