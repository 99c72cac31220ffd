import type * as z from "zod";
import { CallerError } from "../errors.ts";

type Issue = z.core.$ZodIssue;

/** The input as the schema understands it; refuses it in the wording of JSON Schema, which clients of the API know. */
export function validated<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  if (first === undefined) throw new CallerError("invalid", "the request is not valid");
  const issue = meant(first);
  const field = issue.path.map(String).join(".");
  throw new CallerError("invalid", wording(issue, valueAt(input, issue.path)), field === "" ? undefined : field);
}

/** A value as messages show it: text in single quotes, and nothing at length. */
export function shown(value: unknown): string {
  const text = typeof value === "string" ? `'${value}'` : (JSON.stringify(value) ?? "nothing");
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
}

/** The message for a value that is none of the few allowed. */
export const notOneOf = (value: unknown, allowed: readonly unknown[]): string =>
  `${shown(value)} is not one of [${allowed.map(shown).join(", ")}]`;

/** A name in the query that stands for one of few values; undefined where it is not asked for. */
export function readChoice<const Value extends string>(
  query: Readonly<Record<string, string | undefined>>,
  name: string,
  values: readonly Value[],
): Value | undefined {
  const text = query[name];
  const found = values.find((value) => value === text);
  if (text === undefined || found !== undefined) return found;
  throw new CallerError("invalid", notOneOf(text, values), name);
}

/** Of a value that may have several forms, what keeps it from the form that it comes nearest to. */
function meant(issue: Issue): Issue {
  if (issue.code !== "invalid_union") return issue;
  const nearest = issue.errors
    .filter((errors) => errors.length > 0)
    .toSorted((a, b) => wrongTypes(a) - wrongTypes(b) || a.length - b.length || depthOf(b) - depthOf(a))[0]?.[0];
  return nearest === undefined ? issue : meant({ ...nearest, path: [...issue.path, ...nearest.path] });
}

/** A value of another type altogether is the farthest from a form. */
const wrongTypes = (issues: readonly Issue[]): number =>
  issues.filter(({ code, path }) => code === "invalid_type" && path.length === 0).length;

const depthOf = (issues: readonly Issue[]): number => Math.max(...issues.map(({ path }) => path.length));

const TYPES: Readonly<Record<string, string>> = { int: "integer", record: "object" };

function wording(issue: Issue, value: unknown): string {
  const isMissing = issue.code === "invalid_type" || issue.code === "invalid_value" || issue.code === "invalid_union";
  if (isMissing && value === undefined && issue.path.length > 0) {
    return `${shown(String(issue.path.at(-1)))} is a required property`;
  }
  if (issue.code === "invalid_type")
    return `${shown(value)} is not of type '${TYPES[issue.expected] ?? issue.expected}'`;
  if (issue.code === "unrecognized_keys") {
    return `Additional properties are not allowed (${issue.keys.map(shown).join(", ")} unexpected)`;
  }
  if (issue.code === "invalid_value") return notOneOf(value, issue.values);
  if (issue.code === "invalid_format" && issue.format !== "regex")
    return `${shown(value)} is not a valid ${issue.format}`;
  if (issue.code === "too_small" || issue.code === "too_big") return boundWording(issue, value);
  return issue.message;
}

function boundWording(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig, value: unknown): string {
  const isNumber = typeof value === "number";
  if (issue.code === "too_small") {
    return isNumber ? `${value} is less than the minimum of ${issue.minimum}` : `${shown(value)} is too short`;
  }
  return isNumber ? `${value} is greater than the maximum of ${issue.maximum}` : `${shown(value)} is too long`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const name of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.entries(value).find(([key]) => key === String(name))?.[1];
  }
  return value;
}
