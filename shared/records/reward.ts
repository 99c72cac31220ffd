import * as z from "zod";
import {
  amountCell,
  type BundleRow,
  countCell,
  exactInstantCell,
  exportedAt,
  flagCell,
  instantCell,
  partnerColumns,
  partnerKeyCell,
  textCell,
  usdCentsCell,
} from "./bundle.ts";
import {
  type CellType,
  choice,
  currency,
  email,
  flag,
  instant,
  majorAmount,
  minorAmount,
  text,
  usdCents,
} from "./cell.ts";
import { exactlyOne, optional, required } from "./column.ts";
import { customerSk, partnerPk, timed } from "./place.ts";
import { base, defineRecord, instantField, nullable, since, testFlag } from "./record.ts";
import { utcDay } from "./utc-day.ts";
import { wholeRecord, wholeRecordCell } from "./whole-record.ts";

/** Statuses that a person or file may set. */
const REWARD_STATUSES = ["pending", "declined", "hold", "approved", "paid"] as const;
/** Set by the program itself; of files, only exports may tell it. */
const SCHEDULED = "scheduled";
/** All that a reward may be in. */
export const ALL_REWARD_STATUSES = [...REWARD_STATUSES, SCHEDULED] as const;
/** How a reward may have come to be. */
export const REWARD_SOURCES = ["import", "manual", "trigger"] as const;
const TARGET_TYPES = ["transaction", "customer"] as const;

const schema = z.object({
  ...base,
  ...testFlag,
  partnership_key: z.string(),
  amount: z.int().meta({ description: "Minor units of the currency" }),
  currency: z.string().length(3),
  amount_usd: z
    .int()
    .nullable()
    .meta({ description: "US cents at the program's rate when recorded; null without a rate" }),
  description: z.string().max(500),
  reward_status: z.enum(ALL_REWARD_STATUSES),
  decline_reason: nullable.text(500),
  source: z.enum(REWARD_SOURCES),
  is_external: z.boolean(),
  customer_key: nullable.text().meta({ description: "Key of the customer it was earned by (cus_...), if any" }),
  transaction_key: nullable.text(),
  subscription_key: since(null, nullable.text()).meta({
    description: "The subscription that its transaction pays for",
  }),
  trigger_key: nullable.text().meta({ description: "The trigger that made it, if one did" }),
  ready_at: instantField().nullable(),
});

export type Reward = z.output<typeof schema>;

/** A reward with the customer's own key, as the bundle shows it. */
export interface RewardRow {
  readonly reward: Reward;
  readonly customerKey: string | null;
}

type Row = BundleRow<RewardRow>;
const of =
  <T>(pick: (reward: Reward) => T, cell: (value: T) => string) =>
  ({ subject }: Row) =>
    cell(pick(subject.reward));

const told = choice(REWARD_STATUSES, "bad_status");

/** Told of to people without the one that they may not set. */
const status: CellType<Reward["reward_status"]> = {
  ...told,
  read: (cell) => (cell === SCHEDULED ? SCHEDULED : told.read(cell)),
};

/** Money a partner earned. */
export const reward = defineRecord({
  kind: "reward",
  collection: "rewards",
  schema,
  place: ({ program, key, partnership_key, customer_key, created_at }) => ({
    pk: partnerPk(program, partnership_key, null),
    sk: `${customer_key === null ? "" : `${customerSk(customer_key)}#`}R#${timed(created_at, key)}`,
  }),
  unique: ({ key }) => [{ field: "key", value: key }],
  listed: true,
  owned: { partnership: ({ partnership_key }) => partnership_key },
  tally: ({ partnership_key, created_at, amount, currency: code, amount_usd, reward_status }) => ({
    partnership: partnership_key,
    day: utcDay(created_at),
    counts: {
      [`rewards/${reward_status}`]: 1,
      [`reward_amount/${code}/${reward_status}`]: amount,
      ...(amount_usd === null ? { [`reward_unconverted/${code}`]: 1 } : { reward_usd: amount_usd }),
    },
  }),
  layout: {
    columns: {
      key: optional(text(255, "bonus_2026_q1_ada"), "Your own key, or ours; the same key is never recorded twice", [
        "reward_key",
      ]),
      partner_email: exactlyOne("partner")(email, "E-mail address of the partner to reward"),
      partner_key: exactlyOne("partner")(text(255, "ada"), "partner_key of the partner to reward"),
      partnership_key: exactlyOne("partner")(text(255, "part_..."), "Key of the partnership to reward"),
      target_type: optional(choice(TARGET_TYPES, "bad_target_type"), "What the reward is for; needs target_key"),
      target_key: optional(text(255, "inv_2026_0042"), "Key of the transaction or customer; needs target_type"),
      amount_in_cents: exactlyOne("amount")(minorAmount, "Amount in minor units"),
      amount_in_dollars: exactlyOne("amount")(majorAmount, "Amount in major units"),
      reward_description: required(text(500, "Q1 bonus"), "What the partner reads", [
        "body",
        "description",
        "reward_description (body)",
      ]),
      reward_currency: optional(currency, "USD when absent", ["currency"]),
      is_external: optional(flag, "Whether the reward was generated elsewhere; false when absent"),
      status: optional(status, "pending when absent"),
      created_at: optional(instant, "When the reward was earned; the moment of import when absent"),
      ready_at: optional(instant, "When the reward may be paid; at once when absent"),
      decline_reason: optional(text(500, "Bought by the partner"), "Why the reward was declined"),
      usd_amount_in_cents: optional(usdCents, "What it was worth in US dollars; by the program's rates when absent"),
      reward_source: optional(choice(REWARD_SOURCES, "bad_source"), "How the reward came to be; import when absent"),
      trigger_key: optional(text(255, "trig_..."), "Key of the trigger that made it, kept as it is"),
      earned_by_transaction: optional(
        text(255, "inv_2026_0042"),
        "Key of the transaction that it was earned by, whoever's that is by now; instead of target_type and target_key",
      ),
      earned_by_customer: optional(
        text(255, "acct_1042"),
        "Key of the customer that it was earned by, whoever's that is by now; the transaction's customer when absent",
      ),
      ...wholeRecord,
    },
    inOrder: ["key"],
  },
  bundle: {
    file: "rewards.csv",
    columns: {
      ...partnerColumns,
      reward_key: of((r) => r.key, textCell),
      reward_amount: ({ subject: { reward: r } }: Row) => amountCell(r.amount, r.currency),
      reward_description: of((r) => r.description, textCell),
      reward_created_date: of((r) => r.created_at, instantCell),
      reward_status: of((r) => r.reward_status, textCell),
      reward_source: of((r) => r.source, textCell),
      reward_transaction_key: of((r) => r.transaction_key, textCell),
      reward_customer_key: ({ subject }: Row) => textCell(subject.customerKey),
      reward_release_date: of((r) => r.ready_at, instantCell),
      reward_subscription_key: of((r) => r.subscription_key, textCell),
      ...exportedAt,
    },
  },
  reimport: {
    file: "rewards.csv",
    columns: {
      key: of((r) => r.key, textCell),
      partner_key: partnerKeyCell,
      amount_in_cents: of((r) => r.amount, countCell),
      reward_currency: of((r) => r.currency, textCell),
      usd_amount_in_cents: of((r) => r.amount_usd, usdCentsCell),
      reward_description: of((r) => r.description, textCell),
      status: of((r) => r.reward_status, textCell),
      decline_reason: of((r) => r.decline_reason, textCell),
      reward_source: of((r) => r.source, textCell),
      is_external: of((r) => r.is_external, flagCell),
      trigger_key: of((r) => r.trigger_key, textCell),
      earned_by_transaction: of((r) => r.transaction_key, textCell),
      earned_by_customer: ({ subject }: Row) => textCell(subject.customerKey),
      ready_at: of((r) => r.ready_at, exactInstantCell),
      created_at: of((r) => r.created_at, exactInstantCell),
      ...wholeRecordCell,
    },
  },
});
