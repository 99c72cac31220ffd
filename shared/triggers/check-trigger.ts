import { isCurrency } from "../records/currency.ts";
import { customer } from "../records/customer.ts";
import { deal } from "../records/deal.ts";
import { findGroup, type Group } from "../records/group.ts";
import { lead } from "../records/lead.ts";
import { partnership } from "../records/partnership.ts";
import type { Declaration } from "../records/record.ts";
import { transaction } from "../records/transaction.ts";
import type { Conditions, Effect, RewardEffect, Rule, Trigger } from "../records/trigger.ts";
import { eventRules, type Noun } from "./event-rules.ts";
import { EXTRA_PLACES, placesIn } from "./fill-in.ts";

type Rules = Pick<Trigger, "event" | "conditions" | "effects">;

/** What is wrong with a trigger, and in which of its fields. */
export class TriggerProblem {
  readonly field: string;
  readonly message: string;
  constructor(field: string, message: string) {
    this.field = field;
    this.message = message;
  }
}

const NOUNS: Readonly<Record<Noun, Declaration>> = { partnership, customer, transaction, lead, deal };

/** Fields whose value is the key of a group; people write its slug or name. */
const GROUP_FIELD = "partnership.group_key";

/** The rules of a trigger with groups by their keys; or what of them can never work. */
export function checkTrigger<R extends Rules>(rules: R, groups: readonly Group[]): R | TriggerProblem {
  const about = eventRules[rules.event].about;
  const conditions = checkConditions(rules.conditions, about, groups);
  if (conditions instanceof TriggerProblem) return conditions;
  const effects: Effect[] = [];
  for (const [index, effect] of rules.effects.entries()) {
    const checked = checkEffect(effect, rules, `effects.${index}`, groups);
    if (checked instanceof TriggerProblem) return checked;
    effects.push(checked);
  }
  return { ...rules, conditions, effects };
}

function checkConditions(
  { match, rules }: Conditions,
  about: readonly Noun[],
  groups: readonly Group[],
): Conditions | TriggerProblem {
  const checked: Conditions["rules"] = [];
  for (const [index, one] of rules.entries()) {
    const path = `conditions.rules.${index}`;
    if ("op" in one) {
      const rule = checkRule(one, about, path, groups);
      if (rule instanceof TriggerProblem) return rule;
      checked.push(rule);
      continue;
    }
    const inner: Rule[] = [];
    for (const [at, rule] of one.rules.entries()) {
      const found = checkRule(rule, about, `${path}.rules.${at}`, groups);
      if (found instanceof TriggerProblem) return found;
      inner.push(found);
    }
    checked.push({ match: one.match, rules: inner });
  }
  return { match, rules: checked };
}

function checkRule(rule: Rule, about: readonly Noun[], path: string, groups: readonly Group[]): Rule | TriggerProblem {
  const { field, op, value } = rule;
  if (!isField(field, about)) {
    const nouns = about.map((noun) => `${noun}.<field>`).join(", ");
    return new TriggerProblem(`${path}.field`, `'${field}' is not a field that this event knows: use ${nouns}`);
  }
  const isList = op === "in" || op === "not_in";
  if (isList !== Array.isArray(value)) {
    return new TriggerProblem(`${path}.value`, isList ? `'${op}' needs a list of values` : `'${op}' takes no list`);
  }
  if ((op === "at_least" || op === "at_most") && typeof value !== "number") {
    return new TriggerProblem(`${path}.value`, `'${op}' needs a number`);
  }
  if (op === "contains" && typeof value !== "string") {
    return new TriggerProblem(`${path}.value`, "'contains' needs a text");
  }
  if (field !== GROUP_FIELD || op === "is_set") return rule;
  const keyOf = (name: unknown) => findGroup(groups, String(name))?.key;
  const wanted = Array.isArray(value) ? value.map(keyOf) : [keyOf(value)];
  const keys = wanted.filter((key) => key !== undefined);
  if (keys.length < wanted.length) return new TriggerProblem(`${path}.value`, noGroup(groups));
  return { ...rule, value: Array.isArray(value) ? keys : (keys[0] ?? null) };
}

const noGroup = (groups: readonly Group[]): string =>
  `there is no such group: the program has ${groups.map(({ slug }) => `'${slug}'`).join(", ")}`;

/** A field of one of the nouns that the event is about; custom fields are found below `fields`. */
function isField(field: string, about: readonly Noun[]): boolean {
  const [name = "", ...path] = field.split(".");
  const noun = about.find((one) => one === name);
  const [first = "", ...rest] = path;
  if (noun === undefined || !Object.hasOwn(NOUNS[noun].schema.shape, first)) return false;
  return first === "fields" ? rest.length === 1 : rest.length === 0;
}

function checkEffect(
  effect: Effect,
  { event }: Rules,
  path: string,
  groups: readonly Group[],
): Effect | TriggerProblem {
  if (effect.type === "move_group") {
    const found = findGroup(groups, effect.group_key);
    return found === undefined
      ? new TriggerProblem(`${path}.group_key`, noGroup(groups))
      : { ...effect, group_key: found.key };
  }
  const { about } = eventRules[event];
  const texts =
    effect.type === "reward" ? { description: effect.description } : { subject: effect.subject, text: effect.text };
  for (const [name, text] of Object.entries(texts)) {
    const unknown = placesIn(text).find((place) => !isExtra(place) && !isField(place, about));
    if (unknown !== undefined)
      return new TriggerProblem(`${path}.${name}`, `'{${unknown}}' names nothing of this event`);
  }
  return effect.type === "reward" ? (checkReward(effect, event, path) ?? effect) : effect;
}

const isExtra = (place: string): boolean => EXTRA_PLACES.some((extra) => extra === place);

function checkReward(effect: RewardEffect, event: Trigger["event"], path: string): TriggerProblem | undefined {
  const { amount, percent, products, currency, first_transactions, cap } = effect;
  const { hasAmount, about } = eventRules[event];
  const hasCustomer = about.includes("customer");
  const worths = [{ amount, percent }, ...products];
  if (worths.some((one) => one.amount !== null && one.percent !== null)) {
    return new TriggerProblem(`${path}.percent`, "a reward has an amount or a percentage, not both");
  }
  if (amount === null && percent === null && products.length === 0) {
    return new TriggerProblem(`${path}.amount`, "a reward needs an amount or a percentage");
  }
  if (products.some((one) => one.amount === null && one.percent === null)) {
    return new TriggerProblem(`${path}.products`, "each product needs an amount or a percentage");
  }
  if (products.length > 0 && event !== "transaction_created") {
    return new TriggerProblem(`${path}.products`, "only transactions have products");
  }
  if (worths.some((one) => one.percent !== null) && !hasAmount) {
    return new TriggerProblem(`${path}.percent`, `'${event}' has no amount to take a share of`);
  }
  if (currency !== null && !isCurrency(currency)) {
    return new TriggerProblem(`${path}.currency`, `'${currency}' is not an ISO 4217 currency`);
  }
  if (first_transactions !== null && event !== "transaction_created") {
    return new TriggerProblem(`${path}.first_transactions`, "only transactions can be counted");
  }
  if (cap?.per === "customer" && !hasCustomer) {
    return new TriggerProblem(`${path}.cap.per`, `'${event}' is about no customer`);
  }
  return undefined;
}
