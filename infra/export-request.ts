import { looseDate } from "../shared/records/loose-date.ts";
import { StartProblem } from "./local/start-problem.ts";

/** The options that say what to export, by the names of the command. */
export const EXPORT_OPTIONS = {
  email: { type: "string" },
  files: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  group: { type: "string" },
  tag: { type: "string" },
  manager: { type: "string" },
  archived: { type: "boolean" },
  "not-archived": { type: "boolean" },
  "joined-from": { type: "string" },
  "joined-to": { type: "string" },
  partner: { type: "string", multiple: true },
  format: { type: "string" },
} as const;

type Option = keyof typeof EXPORT_OPTIONS;

export type ExportValues = {
  readonly [Name in Option]?: (typeof EXPORT_OPTIONS)[Name] extends { readonly multiple: true }
    ? readonly string[]
    : (typeof EXPORT_OPTIONS)[Name]["type"] extends "boolean"
      ? boolean
      : string;
};

/** What each option becomes: a field of the request, and its value there. */
const FIELDS: Readonly<Record<Option, readonly [field: string, value: (given: ExportValues) => unknown]>> = {
  email: ["member_email", ({ email }) => email],
  files: ["export_types", ({ files }) => (files === undefined ? undefined : namesIn(files))],
  from: ["from", (given) => instant(given, "from")],
  to: ["to", (given) => instant(given, "to")],
  group: ["group", ({ group }) => group],
  tag: ["tag", ({ tag }) => tag],
  manager: ["manager", ({ manager }) => manager],
  archived: ["archived", ({ archived }) => archived],
  "not-archived": ["archived", (given) => (given["not-archived"] === true ? false : undefined)],
  "joined-from": ["joined_from", (given) => instant(given, "joined-from")],
  "joined-to": ["joined_to", (given) => instant(given, "joined-to")],
  partner: ["partners", ({ partner }) => partner],
  format: ["format", ({ format }) => format],
};

/** `--email` for `member_email`, `--files` for `export_types.1`; undefined for what no option stands for. */
export function optionOf(field: string): string | undefined {
  const [name] = field.split(".");
  const found = Object.entries(FIELDS).find(([, [one]]) => one === name);
  return found && `--${found[0]}`;
}

/** The body of a request for an export: what was given, and nothing else. Throws a {@link StartProblem}. */
export function exportRequest(given: ExportValues): Readonly<Record<string, unknown>> {
  if (given.archived === true && given["not-archived"] === true)
    throw new StartProblem("--archived or --not-archived, not both");
  requireOrder(given, "from", "to");
  requireOrder(given, "joined-from", "joined-to");
  const fields = Object.values(FIELDS).map(([field, value]) => [field, value(given)] as const);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

function namesIn(files: string): string[] {
  const names = files.split(",").map((name) => name.trim());
  if (names.includes(""))
    throw new StartProblem(`--files is "${files}": it has to be names with commas between, such as partners,rewards`);
  return names;
}

type InstantOption = "from" | "to" | "joined-from" | "joined-to";

function requireOrder(given: ExportValues, from: InstantOption, to: InstantOption): void {
  const [begin, end] = [instant(given, from), instant(given, to)];
  if (begin !== undefined && end !== undefined && begin > end)
    throw new StartProblem(`--${from} (${given[from]}) is later than --${to} (${given[to]})`);
}

const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^(\d{13}$|\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2})/;

/** Epoch milliseconds; a day that ends a range means all of it. */
function instant(given: ExportValues, option: InstantOption): number | undefined {
  const text = given[option]?.trim();
  if (text === undefined) return undefined;
  const isDay = DAY.test(text);
  const date = isDay || INSTANT.test(text) ? looseDate(text, undefined) : "no date";
  if (date === "impossible") throw new StartProblem(`--${option} is "${text}": there is no such day or time`);
  if (date === "too early") throw new StartProblem(`--${option} is "${text}": it has to be 1970 or later`);
  if (typeof date === "string")
    throw new StartProblem(
      `--${option} is "${text}": it has to be a day such as 2026-03-31, or an instant such as 2026-03-31T08:30:00Z`,
    );
  return isDay && option.endsWith("to") ? date.ms + DAY_MS - 1 : date.ms;
}
