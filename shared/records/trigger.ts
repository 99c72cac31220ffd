import * as z from "zod";
import { base, defineRecord, nullable } from "./record.ts";

/** What a trigger can listen to. Clicks and actions join the list with their records. */
export const TRIGGER_EVENTS = [
  "partner_joined",
  "partner_moved",
  "customer_created",
  "transaction_created",
  "lead_status",
  "deal_stage",
] as const;

export type TriggerEvent = (typeof TRIGGER_EVENTS)[number];

const OPERATORS = ["is", "is_not", "in", "not_in", "contains", "at_least", "at_most", "is_set"] as const;

// Strict, all of them: a limit that is misspelled would be no limit.
const rule = z.strictObject({
  field: z
    .string()
    .max(100)
    .meta({ description: "Noun and field, such as partnership.group_key or transaction.amount" }),
  op: z.enum(OPERATORS),
  value: z
    .union([z.string().max(255), z.number(), z.boolean(), z.array(z.union([z.string().max(255), z.number()])).max(100)])
    .nullable()
    .default(null)
    .meta({ description: "A list for in and not_in; true or false for is_set" }),
});

export type Rule = z.output<typeof rule>;

const match = z.enum(["all", "any"]);

const conditions = z.strictObject({
  match,
  rules: z.array(z.union([rule, z.strictObject({ match, rules: z.array(rule).min(1).max(20) })])).max(20),
});

export type Conditions = z.output<typeof conditions>;

/** Above any share that makes sense, and it keeps amounts within what can be counted. */
const percent = z
  .string()
  .regex(/^\d{1,4}(\.\d{1,6})?$/, { error: "a percentage is a decimal in a string, such as '12.5'" })
  .meta({ description: "Share of the amount of the transaction or deal, as a decimal" });

const MAX_FLAT = 50_000_000_000;
const flat = z.int().min(1).max(MAX_FLAT).meta({ description: "Minor units of the currency" });

const worth = {
  amount: flat
    .nullable()
    .default(null)
    .meta({ description: "A flat reward in minor units, or null beside a percentage" }),
  percent: percent.nullable().default(null),
};

const reward = z.strictObject({
  type: z.literal("reward"),
  ...worth,
  currency: z
    .string()
    .length(3)
    .nullable()
    .default(null)
    .meta({ description: "Of flat amounts and of the cap; US dollars when null" }),
  products: z
    .array(z.strictObject({ product_key: z.string().min(1).max(255), ...worth }))
    .max(100)
    .default([])
    .meta({ description: "Products with a reward of their own; where nothing else is given, only they earn one" }),
  first_transactions: z
    .int()
    .min(1)
    .max(1000)
    .nullable()
    .default(null)
    .meta({ description: "Only for so many transactions of each customer, counted from its very first" }),
  cap: z
    .strictObject({ amount: flat, per: z.enum(["reward", "customer", "partnership"]) })
    .nullable()
    .default(null)
    .meta({
      description:
        "The most that one reward may be, or that all rewards of this trigger for one customer or partner may be",
    }),
  hold_days: z.int().min(0).max(3650).default(0).meta({ description: "Days until the reward is ready to be paid" }),
  description: z.string().min(1).max(500).meta({ description: "What the partner reads" }),
});

const moveGroup = z.strictObject({ type: z.literal("move_group"), group_key: z.string().min(1).max(255) });

const sendMail = z.strictObject({
  type: z.literal("send_mail"),
  to: z.enum(["partner", "admin"]),
  subject: z.string().min(1).max(200),
  text: z.string().min(1).max(5000).meta({ description: "With fields in braces, such as {partnership.first_name}" }),
});

const effect = z.discriminatedUnion("type", [reward, moveGroup, sendMail]);

export type Effect = z.output<typeof effect>;
export { reward as rewardEffect };
export type RewardEffect = z.output<typeof reward>;

/** What of a trigger its owner decides. */
export const triggerRules = {
  name: z.string().min(1).max(100),
  event: z.enum(TRIGGER_EVENTS),
  position: z
    .int()
    .min(0)
    .max(100_000)
    .meta({ description: "Triggers of one event run from the lowest to the highest" }),
  active: z.boolean(),
  conditions: conditions.meta({ description: "When it fires; always where there are no rules" }),
  effects: z.array(effect).min(1).max(10).meta({ description: "What it does, in this order" }),
};

const schema = z.object({
  ...base,
  ...triggerRules,
  archived: z.boolean(),
});

export type Trigger = z.output<typeof schema>;

/** Triggers lie together: whoever needs them needs all. */
export const triggersPk = (program: string): string => `${program}/triggers`;

/** A rule by which events of the program reward partners, move them between groups, or send mail. */
export const trigger = defineRecord({
  kind: "trigger",
  collection: "triggers",
  schema,
  place: ({ program, key }) => ({ pk: triggersPk(program), sk: key }),
  unique: () => [],
  listed: true,
});

/** What a trigger did, as an import's list of effects tells it. */
export const fired = z.object({
  trigger_key: nullable.text(),
  effect: z.enum(["reward", "move_group", "send_mail", "invite"]),
  partnership_key: z.string(),
  reward_key: nullable.text(),
  amount: z.int().nullable(),
  currency: nullable.text(3),
  group_key: nullable.text(),
  mail_key: nullable.text(),
  used: z
    .array(z.object({ allowance: z.string(), amount: z.int() }))
    .default([])
    .meta({ description: "Limits that it counts against, and how much of them" }),
});

export type Fired = z.output<typeof fired>;
