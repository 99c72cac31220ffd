import type { Conditions, Rule } from "../records/trigger.ts";
import { type Subject, valueOf } from "./subject.ts";

/** Whether a trigger's conditions hold of a subject; conditions without rules always do. */
export function conditionsHold({ match, rules }: Conditions, subject: Subject): boolean {
  if (rules.length === 0) return true;
  const holds = (one: (typeof rules)[number]) => ("op" in one ? ruleHolds(one, subject) : conditionsHold(one, subject));
  return match === "all" ? rules.every(holds) : rules.some(holds);
}

/**
 * Whether conditions hold of something of which not all is known; `holds` tells it of a rule, or nothing where it cannot.
 * Undefined where the rules decide that it cannot tell of.
 */
export function conditionsKnown(
  { match, rules }: Conditions,
  holds: (rule: Rule) => boolean | undefined,
): boolean | undefined {
  if (rules.length === 0) return true;
  const held = rules.map((one) => ("op" in one ? holds(one) : conditionsKnown(one, holds)));
  const decisive = match === "any";
  if (held.includes(decisive)) return decisive;
  return held.includes(undefined) ? undefined : !decisive;
}

type Test = (found: unknown, value: Rule["value"]) => boolean;

/** Texts are compared without regard to case. A field without a value is nothing, and no number. */
const TESTS: Readonly<Record<Rule["op"], Test>> = {
  is_set: (found, value) => isEmpty(found) === (value === false),
  is: (found, value) => isSame(found, value),
  is_not: (found, value) => !isSame(found, value),
  in: (found, value) => isOneOf(found, value),
  not_in: (found, value) => !isOneOf(found, value),
  contains: (found, value) => contains(found, value),
  at_least: (found, value) => typeof found === "number" && typeof value === "number" && found >= value,
  at_most: (found, value) => typeof found === "number" && typeof value === "number" && found <= value,
};

/** Whether a rule holds of the value of its field. */
export const fits = ({ op, value }: Rule, found: unknown): boolean => TESTS[op](found, value);

/** Whether a rule holds of a subject. */
export const ruleHolds = (rule: Rule, subject: Subject): boolean => fits(rule, valueOf(subject, rule.field));

const isEmpty = (found: unknown): boolean =>
  found === undefined || found === "" || (Array.isArray(found) && found.length === 0);

const plain = (value: unknown): unknown => (typeof value === "string" ? value.toLowerCase() : value);

const isSame = (found: unknown, value: unknown): boolean => plain(found ?? null) === plain(value ?? null);

const isOneOf = (found: unknown, value: unknown): boolean =>
  Array.isArray(value) && value.some((one) => isSame(found, one));

function contains(found: unknown, value: unknown): boolean {
  if (typeof value !== "string") return false;
  if (Array.isArray(found)) return found.some((one) => isSame(one, value));
  return typeof found === "string" && found.toLowerCase().includes(value.toLowerCase());
}
