import * as fc from "fast-check";
import { group } from "../../shared/records/group.ts";
import type { Conditions, Effect, Rule, TriggerEvent } from "../../shared/records/trigger.ts";
import type { ImportWorld } from "./imports-harness.ts";
import { addTrigger, aReward } from "./triggers.ts";

/** What a reward is worth: minor units, or thousandths of a percent. */
export type WorthSpec = { readonly flat: number } | { readonly share: number };

export interface RewardSpec {
  readonly type: "reward";
  readonly worth: WorthSpec | null;
  /** Of flat amounts; US dollars when null. */
  readonly currency: string | null;
  readonly products: readonly { readonly key: string; readonly worth: WorthSpec }[];
  readonly first: number | null;
  /** In US dollars. */
  readonly cap: { readonly amount: number; readonly per: "reward" | "customer" | "partnership" } | null;
  readonly days: number;
}

export type EffectSpec =
  | RewardSpec
  | { readonly type: "move"; readonly group: string }
  | { readonly type: "mail"; readonly to: "partner" | "admin" };

/** A trigger as a test thinks of it: the world gets it as a record, and the model reads it as it stands. */
export interface TriggerSpec {
  readonly event: TriggerEvent;
  readonly position: number;
  readonly match: "all" | "any";
  readonly group: { readonly op: "is" | "is_not"; readonly name: string } | null;
  readonly product: { readonly op: "is" | "is_not"; readonly key: string } | null;
  /** The least amount of a transaction, lead or deal. */
  readonly least: number | null;
  /** Of a lead or deal. */
  readonly status: string | null;
  /** Only for money in US dollars, whatever else is asked for. */
  readonly dollarsOnly: boolean;
  readonly effects: readonly EffectSpec[];
}

/** A trigger that fires always, unless told more. */
export const aTriggerSpec = (
  event: TriggerEvent,
  effects: readonly EffectSpec[],
  more: Partial<TriggerSpec> = {},
): TriggerSpec => ({
  event,
  effects,
  position: 0,
  match: "all",
  group: null,
  product: null,
  least: null,
  status: null,
  dollarsOnly: false,
  ...more,
});

/** A tenth of the amount, unless told otherwise. */
export const rewards = (more: Partial<RewardSpec> = {}): RewardSpec => ({
  type: "reward",
  worth: { share: 10_000 },
  currency: null,
  products: [],
  first: null,
  cap: null,
  days: 0,
  ...more,
});

interface EventSpec {
  /** The noun that has the event's money. */
  readonly money: "transaction" | "lead" | "deal" | null;
  readonly hasCustomer: boolean;
  /** Its field of statuses, and what may stand there. */
  readonly status: readonly [field: string, ...values: string[]] | null;
}

const EVENTS: Readonly<Record<TriggerEvent, EventSpec>> = {
  partner_joined: { money: null, hasCustomer: false, status: null },
  partner_moved: { money: null, hasCustomer: false, status: null },
  customer_created: { money: null, hasCustomer: true, status: null },
  transaction_created: { money: "transaction", hasCustomer: true, status: null },
  lead_status: { money: "lead", hasCustomer: false, status: ["lead.status", "open", "closed won", "dead"] },
  deal_stage: { money: "deal", hasCustomer: false, status: ["deal.stage", "Working", "Closed won", "Negotiating"] },
};

const SLUGS: Readonly<Record<string, string>> = { Affiliates: "affiliates", "Gold Resellers": "gold" };

/** Mostly nothing. */
const maybe = <T>(one: fc.Arbitrary<T>, nothing = 3) =>
  fc.oneof({ weight: nothing, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: one });
/** A trigger of many conditions hardly ever fires. */
const condition = <T>(one: fc.Arbitrary<T>) => maybe(one, 7);
const groups = fc.constantFrom(...Object.keys(SLUGS));
const flats = fc.constantFrom(1, 500, 1001).map((flat): WorthSpec => ({ flat }));
const shares = fc.constantFrom(10_000, 12_500, 33_333, 50_000, 150_000).map((share): WorthSpec => ({ share }));

function effectOf(event: TriggerEvent): fc.Arbitrary<EffectSpec> {
  const { money, hasCustomer } = EVENTS[event];
  const isSale = event === "transaction_created";
  const worths = money === null ? flats : fc.oneof(flats, shares);
  const products = fc.uniqueArray(fc.record({ key: fc.constantFrom("team", "solo"), worth: worths }), {
    minLength: 1,
    maxLength: 2,
    selector: ({ key }) => key,
  });
  const holders = fc.constantFrom<("reward" | "customer" | "partnership")[]>(
    "reward",
    "partnership",
    ...(hasCustomer ? (["customer"] as const) : []),
  );
  const reward = fc
    .record({
      worth: worths,
      onlyProducts: fc.boolean(),
      currency: maybe(fc.constant("EUR")),
      products: isSale ? maybe(products) : fc.constant(null),
      first: isSale ? maybe(fc.integer({ min: 1, max: 3 })) : fc.constant(null),
      cap: maybe(fc.record({ amount: fc.constantFrom(60, 700, 1500), per: holders })),
      days: fc.constantFrom(0, 0, 30),
    })
    .map(({ worth, onlyProducts, products: own, currency, cap, ...rest }): RewardSpec => ({
      type: "reward",
      worth: own !== null && onlyProducts ? null : worth,
      products: own ?? [],
      // The model knows no caps across currencies.
      currency: cap === null ? currency : null,
      cap,
      ...rest,
    }));
  return fc.oneof<{ weight: number; arbitrary: fc.Arbitrary<EffectSpec> }[]>(
    { weight: 4, arbitrary: reward },
    { weight: 2, arbitrary: groups.map((name): EffectSpec => ({ type: "move", group: name })) },
    { weight: 1, arbitrary: fc.constantFrom("partner", "admin").map((to): EffectSpec => ({ type: "mail", to })) },
  );
}

function triggerOf(event: TriggerEvent): fc.Arbitrary<TriggerSpec> {
  const { money, status } = EVENTS[event];
  const ops = fc.constantFrom("is", "is_not");
  return fc
    .record({
      position: fc.integer({ min: 0, max: 3 }),
      match: fc.constantFrom("all", "any"),
      group: condition(fc.record({ op: ops, name: groups })),
      product:
        money === "transaction" ? condition(fc.record({ op: ops, key: fc.constant("team") })) : fc.constant(null),
      least: money === null ? fc.constant(null) : condition(fc.constantFrom(100, 101, 2550)),
      status: status === null ? fc.constant(null) : condition(fc.constantFrom(...status.slice(1))),
      effects: fc.array(effectOf(event), { minLength: 1, maxLength: 3 }),
    })
    .map((one): TriggerSpec => ({
      event,
      ...one,
      dollarsOnly: money !== null && one.effects.some((effect) => effect.type === "reward" && effect.cap !== null),
    }));
}

/** Up to four triggers; sales have most of them, and moves are listened to often. */
export const triggerSpecs: fc.Arbitrary<TriggerSpec[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: triggerOf("transaction_created") },
    ...(["partner_moved", "lead_status", "deal_stage"] as const).map((event) => ({
      weight: 2,
      arbitrary: triggerOf(event),
    })),
    ...(["partner_joined", "customer_created"] as const).map(triggerOf),
  ),
  { maxLength: 4, size: "max" },
);

/** A spec's trigger by its number, as the world names it. */
export const triggerKey = (index: number): string => `trig_${index}`;

/** Gives a world the triggers of these specs. */
export async function addTriggers(world: ImportWorld, specs: readonly TriggerSpec[]): Promise<void> {
  const keys = new Map(world.stored(group).map(({ slug, key }) => [slug, key]));
  const groupKey = (name: string) => keys.get(SLUGS[name] ?? "") ?? "";
  for (const [index, spec] of specs.entries()) {
    await addTrigger(world, {
      key: triggerKey(index),
      event: spec.event,
      position: spec.position,
      conditions: conditionsOf(spec, groupKey),
      effects: spec.effects.map((effect) => toEffect(spec.event, effect, groupKey)),
    });
  }
}

function conditionsOf(spec: TriggerSpec, groupKey: (name: string) => string): Conditions {
  const { money, status } = EVENTS[spec.event];
  const rules: Rule[] = [];
  if (spec.group) rules.push({ field: "partnership.group_key", op: spec.group.op, value: groupKey(spec.group.name) });
  if (spec.product) rules.push({ field: "transaction.product_key", op: spec.product.op, value: spec.product.key });
  if (spec.least !== null) rules.push({ field: `${money}.amount`, op: "at_least", value: spec.least });
  if (spec.status !== null && status !== null) rules.push({ field: status[0], op: "is", value: spec.status });
  if (!spec.dollarsOnly) return { match: spec.match, rules };
  const dollars: Rule = { field: `${money}.currency`, op: "is", value: "USD" };
  return { match: "all", rules: [dollars, ...(rules.length === 0 ? [] : [{ match: spec.match, rules }])] };
}

/** What mails and rewards say; the model says the same by itself. */
const TEXTS: Readonly<Record<TriggerEvent, string>> = {
  partner_joined: "",
  partner_moved: "",
  customer_created: "{customer.customer_key}",
  transaction_created: "{transaction.key} {customer.customer_key}",
  lead_status: "{lead.email}",
  deal_stage: "{deal.stage}",
};

function toEffect(event: TriggerEvent, effect: EffectSpec, groupKey: (name: string) => string): Effect {
  if (effect.type === "move") return { type: "move_group", group_key: groupKey(effect.group) };
  if (effect.type === "mail")
    return {
      type: "send_mail",
      to: effect.to,
      subject: "{program.name} to {partnership.email}",
      text: `{amount} ${TEXTS[event]}.`,
    };
  const { worth, currency, products, first, cap, days } = effect;
  return aReward({
    ...worthOf(worth),
    currency,
    products: products.map((one) => ({ product_key: one.key, ...worthOf(one.worth) })),
    first_transactions: first,
    cap,
    hold_days: days,
    description: `{amount} ${TEXTS[event]}.`,
  });
}

const worthOf = (worth: WorthSpec | null) => ({
  amount: worth !== null && "flat" in worth ? worth.flat : null,
  percent: worth !== null && "share" in worth ? (worth.share / 1000).toFixed(3) : null,
});
