import * as z from "zod";
import {
  amountCell,
  type BundleRow,
  countCell,
  exactInstantCell,
  exportedAt,
  flagCell,
  instantCell,
  listCell,
  partnerColumns,
  partnerKeyCell,
  textCell,
  usdCentsCell,
} from "./bundle.ts";
import { count, currency, flag, instant, majorAmount, minorAmount, tags, text, usdCents } from "./cell.ts";
import { atMostOne, exactlyOne, optional } from "./column.ts";
import type { Customer } from "./customer.ts";
import { customerSk, partnerPk, timed } from "./place.ts";
import { metadata, metadataCell, metadataColumn } from "./metadata.ts";
import { base, defineRecord, lacksRate, nullable, since, testFlag } from "./record.ts";
import type { Reward } from "./reward.ts";
import { subscriptionTerms } from "./subscription.ts";
import { utcDay } from "./utc-day.ts";
import { wholeRecord, wholeRecordCell } from "./whole-record.ts";

const schema = z.object({
  ...base,
  ...testFlag,
  customer_key: z.string().meta({ description: "Key of the customer who paid (cus_...)" }),
  partnership_key: nullable.text().meta({ description: "The partnership the customer belonged to at the time" }),
  amount: z.int().meta({ description: "Minor units of the currency; negative for a refund" }),
  currency: z.string().length(3),
  amount_usd: z
    .int()
    .nullable()
    .meta({ description: "US cents at the program's rate when recorded; null without a rate" }),
  product_key: nullable.text(),
  category_key: nullable.text(),
  subscription_key: since(null, nullable.text()).meta({ description: "The customer's subscription that it pays for" }),
  subscription_plan: since(null, nullable.text()).meta({ description: "Name of the plan at the time" }),
  subscription_terms: subscriptionTerms.nullish().meta({ internal: true }),
  approved: z.boolean(),
  unapproved_reasons: z.array(z.string()),
  archived: z.boolean().meta({ description: "Whether it is archived, and counts no more" }),
  metadata: since({}, metadata).meta({ description: "What its maker says of it" }),
});

export type Transaction = z.output<typeof schema>;

/** What a transaction's row tells of a reward; no more is kept, as a customer may have any number of them. */
export type TransactionReward = Pick<Reward, "key" | "amount" | "currency">;

/** A transaction beside the customer and the rewards it caused. */
export interface TransactionRow {
  readonly transaction: Transaction;
  readonly customer: Customer | undefined;
  readonly rewards: readonly TransactionReward[];
}

const reasons = { ...tags, format: "reasons separated by |", example: "duplicate|self-referral" };

type Row = BundleRow<TransactionRow>;
const of =
  <T>(pick: (transaction: Transaction) => T, cell: (value: T) => string) =>
  ({ subject }: Row) =>
    cell(pick(subject.transaction));

/** The plan that its row named, or the one that its subscription has. */
const planOf = ({ transaction: { subscription_key, subscription_plan }, customer }: TransactionRow): string | null =>
  subscription_plan ?? customer?.subscriptions.find(({ key }) => key === subscription_key)?.plan_name ?? null;

/** A payment, or with a negative amount a refund, of a customer. */
export const transaction = defineRecord({
  kind: "transaction",
  collection: "transactions",
  schema,
  place: ({ program, key, customer_key, partnership_key, created_at }) => ({
    pk: partnerPk(program, partnership_key, customer_key),
    sk: `${customerSk(customer_key)}#T#${timed(created_at, key)}`,
  }),
  unique: ({ key }) => [{ field: "key", value: key }],
  listed: true,
  unconverted: (record) => lacksRate(record),
  owned: { partnership: ({ partnership_key }) => partnership_key },
  tally: ({ partnership_key, customer_key, created_at, amount, currency: code, amount_usd, archived }) =>
    partnership_key === null || archived
      ? undefined
      : {
          partnership: partnership_key,
          day: utcDay(created_at),
          counts: {
            transactions: 1,
            [`amount/${code}`]: amount,
            ...(amount_usd === null ? { [`unconverted/${code}`]: 1 } : { amount_usd }),
          },
          // Who has paid.
          trace: customer_key,
        },
  layout: {
    columns: {
      key: optional(text(255, "inv_2026_0042"), "Your own key; the same key is never recorded twice"),
      customer_key: exactlyOne("customer")(text(255, "acct_1042"), "Your own key of the customer"),
      ps_customer_key: exactlyOne("customer")(text(255, "cus_..."), "Key of the customer here"),
      amount_in_cents: exactlyOne("amount")(minorAmount, "Amount in minor units; negative for a refund"),
      amount_in_dollars: exactlyOne("amount")(majorAmount, "Amount in major units; negative for a refund"),
      currency: optional(currency, "USD when absent"),
      created_at: optional(instant, "When the customer paid; the moment of import when absent"),
      product_key: optional(text(255, "team-annual"), "What was bought, where rewards depend on it"),
      category_key: optional(text(255, "annual-plans"), "The kind of product, where rewards depend on it"),
      subscription_key: optional(
        text(255, "sub_stripe_77"),
        "The payment provider's key of the subscription that is paid",
        ["subscription_id", "provider_subscription_key", "external_subscription_key"],
      ),
      subscription_plan: optional(
        text(255, "Team"),
        "Name of its plan; without a key, the customer's subscription of that plan",
        ["plan", "plan_name", "subscription_plan_name"],
      ),
      subscription_quantity: optional(count, "How many, such as seats; 1 when absent", ["quantity"]),
      subscription_value_in_cents: atMostOne("subscription value")(
        { ...minorAmount, format: "whole number of cents (minor units), above zero" },
        "Price of one period in minor units of the row's currency; the amount when absent",
      ),
      subscription_value_in_dollars: atMostOne("subscription value")(
        { ...majorAmount, format: "decimal amount in major units, with a point, above zero" },
        "Price of one period in major units of the row's currency; the amount when absent",
      ),
      partner_key: optional(
        text(255, "ada"),
        "partner_key of the partner whose it is; the customer's partner of today when absent",
      ),
      no_partner: optional(flag, "Whether it is nobody's, though the customer has a partner by now; false when absent"),
      usd_amount_in_cents: optional(usdCents, "What it was worth in US dollars; by the program's rates when absent"),
      approved: optional(flag, "Whether it counts; true when absent"),
      unapproved_reasons: optional(reasons, "Why it does not count"),
      archived: optional(flag, "Whether it is archived, and counts no more; false when absent"),
      metadata: optional(metadataColumn, "What you want to keep with it"),
      ...wholeRecord,
    },
    inOrder: ["key"],
  },
  bundle: {
    file: "transactions.csv",
    columns: {
      ...partnerColumns,
      transaction_key: of((t) => t.key, textCell),
      transaction_create_date: of((t) => t.created_at, instantCell),
      transaction_product_key: of((t) => t.product_key, textCell),
      transaction_amount: ({ subject: { transaction: t } }: Row) => amountCell(t.amount, t.currency),
      transaction_currency: of((t) => t.currency, textCell),
      transaction_approved: of((t) => t.approved, flagCell),
      unapproved_reasons: of((t) => t.unapproved_reasons.join("|"), textCell),
      reward_key: ({ subject }: Row) => textCell(subject.rewards.map((reward) => reward.key).join("|")),
      // One amount per reward, in the order of the keys before it: a sum could mix currencies.
      reward_amount: ({ subject }: Row) => subject.rewards.map((r) => amountCell(r.amount, r.currency)).join("|"),
      customer_key: ({ subject }: Row) => textCell(subject.customer?.customer_key ?? null),
      customer_ps_key: of((t) => t.customer_key, textCell),
      customer_name: ({ subject }: Row) => textCell(subject.customer?.name ?? null),
      subscription_plan: ({ subject }: Row) => textCell(planOf(subject)),
      ...exportedAt,
    },
  },
  reimport: {
    file: "transactions.csv",
    columns: {
      key: of((t) => t.key, textCell),
      customer_key: ({ subject }: Row) => textCell(subject.customer?.customer_key ?? null),
      partner_key: partnerKeyCell,
      no_partner: of((t) => t.partnership_key === null, flagCell),
      amount_in_cents: of((t) => t.amount, countCell),
      currency: of((t) => t.currency, textCell),
      usd_amount_in_cents: of((t) => t.amount_usd, usdCentsCell),
      product_key: of((t) => t.product_key, textCell),
      category_key: of((t) => t.category_key, textCell),
      // Not the plan of the subscription: a row tells what its own transaction told.
      subscription_key: of((t) => t.subscription_terms?.provider_key ?? null, textCell),
      subscription_plan: of((t) => t.subscription_plan, textCell),
      subscription_quantity: of((t) => t.subscription_terms?.quantity ?? null, countCell),
      subscription_value_in_cents: of((t) => t.subscription_terms?.amount ?? null, countCell),
      approved: of((t) => t.approved, flagCell),
      unapproved_reasons: of((t) => t.unapproved_reasons, listCell),
      archived: of((t) => t.archived, flagCell),
      metadata: of((t) => t.metadata, metadataCell),
      created_at: of((t) => t.created_at, exactInstantCell),
      ...wholeRecordCell,
    },
  },
});
