import type { Columns, ImportLayout } from "../records/column.ts";
import { plainName } from "../records/plain-name.ts";
import { FileProblem, type Warning } from "./file-problem.ts";

/** Which cell of a record fills which column. */
export interface Header {
  readonly names: readonly string[];
  /** Column by cell index; `undefined` where the file has a column of no meaning here. */
  readonly columns: readonly (string | undefined)[];
  readonly warnings: readonly Warning[];
}

/** What an error file adds behind the user's own columns. It may be dropped again as it is. */
export const ERROR_COLUMNS = ["row", "column", "code", "message", "hint"] as const;

/** The headers that are the user's own, in a file that may be an error file dropped again. */
export function ownNames(names: readonly string[]): readonly string[] {
  const own = names.slice(0, -ERROR_COLUMNS.length);
  return ERROR_COLUMNS.every((name, at) => names[own.length + at] === name) ? own : names;
}

const MOST_TOLD = 20;
const LONGEST_TOLD = 60;

/** Matches a header line with a layout; throws a {@link FileProblem} that names every header at fault. */
export function matchHeader(names: readonly string[], layout: ImportLayout, type: string): Header {
  const known = new Map<string, string>();
  for (const [column, { aliases }] of Object.entries(layout.columns)) {
    for (const name of [column, ...aliases]) known.set(plainName(name), column);
  }
  const columns = names.map((name) => known.get(plainName(name)));
  const accepted = `A ${type} file has: ${describe(layout.columns)}.`;

  if (columns.every((column) => column === undefined)) {
    throw new FileProblem("no_header", `The first line holds none of the headers of a ${type} file. ${accepted}`);
  }
  const doubled = columns.filter((column, index) => column !== undefined && columns.indexOf(column) !== index);
  if (doubled.length > 0) {
    throw new FileProblem("doubled_header", `The header has ${list(doubled)} more than once. Keep one column of each.`);
  }
  const missing = missingNeeds(layout.columns, new Set(columns));
  if (missing.length > 0)
    throw new FileProblem("missing_header", `The header lacks ${missing.join(", and ")}. ${accepted}`);

  const ours: readonly string[] = ERROR_COLUMNS;
  const unknown = names.filter(
    (name, index) => columns[index] === undefined && name.trim() !== "" && !ours.includes(name),
  );
  return {
    names,
    columns,
    warnings:
      unknown.length === 0
        ? []
        : [
            {
              code: "unknown_header",
              message: `Ignored ${unknown.length === 1 ? "a column" : "columns"} of no meaning here: ${someOf(unknown)}.`,
            },
          ],
  };
}

/** A file may have thousands of columns, or take a page of text for its header. */
function someOf(names: readonly string[]): string {
  const told = names
    .slice(0, MOST_TOLD)
    .map((name) => (name.length > LONGEST_TOLD ? `${name.slice(0, LONGEST_TOLD).toWellFormed()}...` : name));
  return list(told) + (names.length > MOST_TOLD ? ` and ${names.length - MOST_TOLD} more` : "");
}

function missingNeeds(columns: Columns, present: ReadonlySet<string | undefined>): string[] {
  const missing = Object.entries(columns)
    .filter(([column, { need }]) => need === "required" && !present.has(column))
    .map(([column]) => `"${column}"`);
  for (const [, members] of exclusiveSets(columns, "exactlyOne")) {
    if (!members.some((member) => present.has(member))) missing.push(`one of ${list(members)}`);
  }
  return missing;
}

/** The named sets of columns of which a row fills exactly one, or at most one. */
export function exclusiveSets(columns: Columns, kind: "exactlyOne" | "atMostOne"): Map<string, string[]> {
  const sets = new Map<string, string[]>();
  for (const [column, { need }] of Object.entries(columns)) {
    if (typeof need !== "object") continue;
    const name = kind in need ? Object.values(need)[0] : undefined;
    if (name !== undefined) sets.set(name, [...(sets.get(name) ?? []), column]);
  }
  return sets;
}

const list = (names: readonly (string | undefined)[]): string =>
  [...new Set(names)].map((name) => `"${name}"`).join(", ");

function describe(columns: Columns): string {
  const required = Object.keys(columns).filter((column) => columns[column]?.need === "required");
  const optional = Object.keys(columns).filter((column) => columns[column]?.need === "optional");
  const parts = [
    required.length > 0 ? `required ${required.join(", ")}` : "",
    ...[...exclusiveSets(columns, "exactlyOne").values()].map((members) => `exactly one of ${members.join(" or ")}`),
    ...[...exclusiveSets(columns, "atMostOne").values()].map((members) => `at most one of ${members.join(" or ")}`),
    optional.length > 0 ? `optional ${optional.join(", ")}` : "",
  ];
  return parts.filter((part) => part !== "").join("; ");
}
