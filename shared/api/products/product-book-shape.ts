import * as z from "zod";
import { product, type Product } from "../../records/product.ts";
import { rewardEffect, type RewardEffect, type Trigger } from "../../records/trigger.ts";
import { conditionsKnown, fits } from "../../triggers/conditions-hold.ts";
import { DEFAULT_CURRENCY } from "../../triggers/reward-worth.ts";
import { present, visibleShape } from "../present.ts";

const offerShape = rewardEffect
  .pick({ description: true, amount: true, percent: true, first_transactions: true, cap: true, hold_days: true })
  .extend({
    trigger_key: z.string(),
    currency: z
      .string()
      .nullable()
      .meta({ description: "Of a flat amount; null of a share, which is paid in the transaction's" }),
    own: z
      .boolean()
      .meta({ description: "Whether it is this product's alone; false of what the trigger gives for any" }),
    conditional: z
      .boolean()
      .meta({ description: "Whether it depends on more than the product, such as the partner's group" }),
  });

type Offer = z.output<typeof offerShape>;

/** A product with what a transaction of it earns its partner. */
export const productBookShape = z.object({ ...visibleShape(product), rewards: z.array(offerShape) });

/** A product with what these triggers, all of them active, give for a transaction of it. */
export const presentInBook = (one: Product, triggers: readonly Trigger[]): object => ({
  ...present(product, one),
  rewards: triggers.flatMap((trigger) => offersOf(trigger, one)),
});

function offersOf(trigger: Trigger, { product_key }: Product): Offer[] {
  // Of all events, transactions alone are of a product.
  if (trigger.event !== "transaction_created") return [];
  const isMet = conditionsKnown(trigger.conditions, (rule) =>
    rule.field === "transaction.product_key" ? fits(rule, product_key) : undefined,
  );
  if (isMet === false) return [];
  return trigger.effects.flatMap((effect) => {
    const offer = effect.type === "reward" ? worthOf(effect, product_key) : undefined;
    return offer === undefined ? [] : [{ ...offer, trigger_key: trigger.key, conditional: isMet === undefined }];
  });
}

/** The terms of an effect for a product, as rewards are reckoned: what is its own goes before what is for all. */
function worthOf(effect: RewardEffect, product_key: string): Omit<Offer, "trigger_key" | "conditional"> | undefined {
  const own = effect.products.find((one) => one.product_key === product_key);
  const { amount, percent } = own ?? effect;
  if (amount === null && percent === null) return undefined;
  const { description, first_transactions, cap, hold_days } = effect;
  return {
    description,
    amount: percent === null ? amount : null,
    percent,
    currency: percent === null ? (effect.currency ?? DEFAULT_CURRENCY) : null,
    own: own !== undefined,
    first_transactions,
    cap,
    hold_days,
  };
}
