import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { TABLE_KEYS } from "../names.ts";
import type { Condition, Value } from "../ports.ts";
import { encodeValue } from "./dynamo-codec.ts";

/** Collects the names and values of one request; expressions contain nothing but their placeholders. */
export interface Placeholders {
  name(name: string): string;
  value(value: Value): string;
  /** The request's `ExpressionAttribute...` members, absent where nothing was collected. */
  members(): {
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues?: Record<string, AttributeValue>;
  };
}

export function createPlaceholders(): Placeholders {
  const names: Record<string, string> = {};
  const values: Record<string, AttributeValue> = {};
  let count = 0;
  return {
    name(name) {
      const placeholder = `#${(count++).toString(36)}`;
      names[placeholder] = name;
      return placeholder;
    },
    value(value) {
      const placeholder = `:${(count++).toString(36)}`;
      values[placeholder] = encodeValue(value);
      return placeholder;
    },
    members: () => ({
      ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
      ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
    }),
  };
}

type Comparison = "=" | "<=";

/** The expression of a condition; undefined when it demands nothing. */
export function conditionExpression(when: Condition | undefined, to: Placeholders): string | undefined {
  if (when === undefined) return undefined;
  if ("absent" in when) return absent(to);
  if ("equals" in when) return all(when.equals, "=", to);
  const [values, comparison]: [Readonly<Record<string, string | number>>, Comparison] =
    "absentOrEquals" in when ? [when.absentOrEquals, "="] : [when.absentOrAtMost, "<="];
  const holds = all(values, comparison, to);
  return holds && `${absent(to)} OR (${holds})`;
}

/** An expression that always holds, for a check that demands nothing. */
export function anything(to: Placeholders): string {
  const key = to.name(TABLE_KEYS.pk);
  return `attribute_exists(${key}) OR attribute_not_exists(${key})`;
}

/** The expression of an update; undefined when it changes nothing. */
export function updateExpression(
  add: Readonly<Record<string, number>>,
  set: Readonly<Record<string, Value>>,
  to: Placeholders,
): string | undefined {
  requireSeparate(add, set);
  const sets = Object.entries(set).map(([name, value]) => `${to.name(name)} = ${to.value(value)}`);
  const adds: string[] = [];
  for (const [name, amount] of Object.entries(add)) {
    const dot = name.indexOf(".");
    if (dot < 0) adds.push(`${to.name(name)} ${to.value(amount)}`);
    else sets.push(nestedSum(name.slice(0, dot), name.slice(dot + 1), amount, to));
  }
  const clauses = [sets.length > 0 && `SET ${sets.join(", ")}`, adds.length > 0 && `ADD ${adds.join(", ")}`];
  return clauses.filter((clause) => clause !== false).join(" ") || undefined;
}

/** ADD reaches only top-level attributes. */
function nestedSum(map: string, name: string, amount: number, to: Placeholders): string {
  const path = `${to.name(map)}.${to.name(name)}`;
  return `${path} = if_not_exists(${path}, ${to.value(0)}) + ${to.value(amount)}`;
}

/** Which of two changes of one attribute would hold is nothing to leave to the order of an expression. */
function requireSeparate(add: object, set: object): void {
  for (const name of Object.keys(add)) {
    const [map = ""] = name.split(".", 1);
    if (Object.hasOwn(set, map) || (map !== name && Object.hasOwn(add, map)))
      throw new Error(`two changes of ${map} in one update`);
  }
}

const absent = (to: Placeholders): string => `attribute_not_exists(${to.name(TABLE_KEYS.pk)})`;

const all = (values: Readonly<Record<string, string | number>>, comparison: Comparison, to: Placeholders) =>
  Object.entries(values)
    .map(([name, value]) => `${to.name(name)} ${comparison} ${to.value(value)}`)
    .join(" AND ") || undefined;
