import * as z from "zod";
import type { Group } from "../../records/group.ts";
import type { Partnership } from "../../records/partnership.ts";
import type { Conditions, RewardEffect, Trigger } from "../../records/trigger.ts";
import { conditionsKnown, ruleHolds } from "../../triggers/conditions-hold.ts";

/** What a partner can earn by. */
export const offerShape = z.object({
  base_rate: z.number().nullable().meta({ description: "Minor units of a flat reward, or percent of an amount" }),
  currency: z.string().nullable(),
  description: z.string(),
  type: z.enum(["flat", "percent", "product", "text"]).meta({
    description: "`product` where it depends on what is bought; `text` is what the group says of its rewards",
  }),
});

type Offer = z.output<typeof offerShape>;

/** What the triggers that may fire for a partner offer it, and what its group says of that. */
export function offersFor(partner: Partnership, group: Group | undefined, triggers: readonly Trigger[]): Offer[] {
  const rewards = triggers
    .filter(({ conditions }) => mayHold(conditions, partner))
    .flatMap(({ effects }) => effects.filter((effect) => effect.type === "reward"));
  const told = group?.offers ?? null;
  return [
    ...rewards.map(offerOf),
    ...(told === null ? [] : [{ base_rate: null, currency: null, description: told, type: "text" as const }]),
  ];
}

function offerOf({ amount, percent, currency, description }: RewardEffect): Offer {
  if (percent !== null) return { base_rate: Number(percent), currency: null, description, type: "percent" };
  if (amount !== null) return { base_rate: amount, currency: currency ?? "USD", description, type: "flat" };
  return { base_rate: null, currency: null, description, type: "product" };
}

/** Whether conditions can hold for this partner, whatever else happens: what they ask of others is not known beforehand. */
const mayHold = (conditions: Conditions, partner: Partnership): boolean =>
  conditionsKnown(conditions, (rule) =>
    rule.field.startsWith("partnership.") ? ruleHolds(rule, { partnership: partner }) : undefined,
  ) !== false;
