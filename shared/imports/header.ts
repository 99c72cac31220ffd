import type { Columns, ImportLayout, Need } from "../records/column.ts";
import type { DateOrder } from "../records/loose-date.ts";
import { plainName } from "../records/plain-name.ts";
import { shortened, someOf } from "../records/some-of.ts";
import { FileProblem, type Warning } from "./file-problem.ts";
import { type Fill, mapByPreset, presetsOf, slotOf } from "./map-by-preset.ts";
import { nearestColumn } from "./nearest-column.ts";
import type { Preset } from "./presets/preset.ts";

/** Which cell of a record fills which column, and how cells are read. It is kept as JSON, for every part to read alike. */
export interface Header {
  readonly names: readonly string[];
  /** Column by cell index; `undefined` (`null` when kept) where the file has a column of no meaning here. */
  readonly columns: readonly (string | undefined)[];
  readonly warnings: readonly Warning[];
  /** Cells that fill further columns, where the file is another system's export. */
  readonly fills?: readonly Fill[];
  /** Required columns that such an export cannot have. */
  readonly lacks?: readonly string[];
  /** How the file writes dates that could be read both ways; absent when it does not tell. */
  readonly dateOrder?: DateOrder;
  /** Whether a comma may be a decimal one, as it is no separator. */
  readonly decimalCommas?: boolean;
}

/** What an error file adds behind the user's own columns. It may be dropped again as it is. */
export const ERROR_COLUMNS = ["row", "column", "code", "message", "hint"] as const;

/** The headers that are the user's own, in a file that may be an error file dropped again. */
export function ownNames(names: readonly string[]): readonly string[] {
  const own = names.slice(0, -ERROR_COLUMNS.length);
  return ERROR_COLUMNS.every((name, at) => names[own.length + at] === name) ? own : names;
}

/** Slips that are told one by one. */
const MOST_SLIPS = 20;
const MOST_LOOKED_AT = 200;
/** Characters of each list in the reason of a job, which holds 2,000 in all. */
const ROOM = { room: 350 };

/**
 * Matches a header line with a layout, or with another system's export that can be read as one; throws a
 * {@link FileProblem} that names every header at fault.
 */
export function matchHeader(names: readonly string[], layout: ImportLayout, type: string): Header {
  const known = new Map<string, string>();
  for (const [column, { aliases }] of Object.entries(layout.columns)) {
    for (const name of [column, ...aliases]) known.set(plainName(name), column);
  }
  const columns = names.map((name) => known.get(plainName(name)));
  const problem = problemOf(names, columns, layout.columns, type);
  if (problem === undefined) return { names, columns, warnings: ignoredOf(names, layout.columns, columns, []) };

  const presets = presetsOf(names);
  const [preset] = presets.filter((one) => one.type === type);
  if (preset !== undefined) return presetHeader(names, columns, layout, preset);
  const [other] = presets;
  if (other === undefined) throw problem;
  const advice = other.type === undefined ? "which cannot be imported" : `which belongs below ${other.type}`;
  throw new FileProblem(problem.code, `${problem.message} It looks like ${other.name}, ${advice}.`);
}

function problemOf(
  names: readonly string[],
  columns: readonly (string | undefined)[],
  declared: Columns,
  type: string,
): FileProblem | undefined {
  const accepted = `A ${type} file has: ${describe(declared, type)}.`;
  if (columns.every((column) => column === undefined)) {
    const meant = meantBy(names, columns, declared, Object.keys(declared));
    return new FileProblem(
      "no_header",
      `The first line holds none of the headers of a ${type} file.${meant} ${accepted}`,
    );
  }
  const doubled = doubledOf(names, columns);
  if (doubled.length > 0)
    return new FileProblem(
      "doubled_header",
      `The header has ${someOf(doubled, { room: 1000, between: ", and " })}. Keep one column of each.`,
    );
  const missing = missingNeeds(declared, new Set(columns));
  if (missing.length === 0) return undefined;
  const meant = meantBy(
    names,
    columns,
    declared,
    missing.flatMap((members) => members),
  );
  return new FileProblem("missing_header", `The header lacks ${inWords(missing)}.${meant} ${accepted}`);
}

/** Columns that several cells would fill, in the words of the file. */
function doubledOf(names: readonly string[], columns: readonly (string | undefined)[]): string[] {
  const spellings = new Map<string, Map<string, string>>();
  const doubled = new Set<string>();
  for (const [at, column] of columns.entries()) {
    if (column === undefined) continue;
    const known = spellings.get(column) ?? new Map<string, string>();
    if (known.size > 0) doubled.add(column);
    const name = names[at] ?? "";
    if (!known.has(plainName(name))) known.set(plainName(name), shortened(name.trim()));
    spellings.set(column, known);
  }
  return [...doubled].map((column) => {
    const known = [...(spellings.get(column)?.values() ?? [])];
    if (known.length === 1) return `${list(known)} more than once`;
    return `${someOf(known.map(quoted), { between: " and " })}, which mean the same`;
  });
}

/** Unknown headers that may be a slip for a column that is wanted. */
function meantBy(
  names: readonly string[],
  columns: readonly (string | undefined)[],
  declared: Columns,
  wanted: readonly string[],
): string {
  const present = new Set(columns);
  const pairs = names.slice(0, MOST_LOOKED_AT).flatMap((name, index) => {
    const near = columns[index] === undefined ? nearestColumn(name, declared, present) : undefined;
    return near !== undefined && wanted.includes(near) ? [`"${near}" by "${shortened(name)}"`] : [];
  });
  return pairs.length === 0 ? "" : ` Did you mean ${someOf(pairs, ROOM)}?`;
}

function presetHeader(
  names: readonly string[],
  ownColumns: readonly (string | undefined)[],
  { columns: declared }: ImportLayout,
  preset: Preset,
): Header {
  const { columns, fills } = mapByPreset(names, declared, ownColumns, preset);
  const { lacks = [] } = preset;
  const present = new Set([...columns, ...fills.map(({ column }) => column), ...lacks]);
  const missing = missingNeeds(declared, present);
  if (missing.length > 0) {
    const slots = new Set(missing.flat().map((column) => slotOf(declared, column)));
    const wanted = preset.sources
      .filter(({ to }) => slots.has(slotOf(declared, to)))
      .map(({ from: [first = ""] }) => first);
    const advice =
      wanted.length === 0 ? "Add it." : `Export it with ${someOf([...new Set(wanted)].map(quoted), ROOM)}.`;
    throw new FileProblem(
      "missing_header",
      `The file looks like ${preset.name}, but nothing in it fills ${inWords(missing)}. ${advice}`,
    );
  }
  const note = preset.note === undefined ? "" : ` ${preset.note}`;
  return {
    names,
    columns,
    ...(fills.length > 0 && { fills }),
    ...(lacks.length > 0 && { lacks }),
    warnings: [
      { code: "preset", message: `The file was read as ${preset.name}.${note}` },
      ...ignoredOf(names, {}, columns, fills),
    ],
  };
}

function ignoredOf(
  names: readonly string[],
  declared: Columns,
  columns: readonly (string | undefined)[],
  fills: readonly Fill[],
): Warning[] {
  const used = new Set(fills.map(({ cell }) => cell));
  const ours: readonly string[] = ERROR_COLUMNS;
  const unknown = names.filter(
    (name, index) => columns[index] === undefined && !used.has(index) && plainName(name) !== "" && !ours.includes(name),
  );
  const present = new Set(columns);
  const slips = new Map<string, Warning>();
  for (const name of unknown.slice(0, MOST_LOOKED_AT)) {
    const near = nearestColumn(name, declared, present);
    if (near === undefined || slips.size === MOST_SLIPS) continue;
    slips.set(name, {
      code: "unknown_header",
      message: `Ignored column "${shortened(name)}": did you mean "${near}"?`,
    });
  }
  const others = unknown.filter((name) => !slips.has(name));
  if (others.length === 0) return [...slips.values()];
  const which = others.length === 1 ? "a column" : "columns";
  return [
    ...slips.values(),
    {
      code: "unknown_header",
      message: `Ignored ${which} of no meaning here: ${someOf([...new Set(others)].map(quoted))}.`,
    },
  ];
}

/** What is missing: a column, or a set of which one is needed. */
function missingNeeds(columns: Columns, present: ReadonlySet<string | undefined>): (readonly string[])[] {
  const missing = Object.entries(columns)
    .filter(([column, { need }]) => need === "required" && !present.has(column))
    .map(([column]): readonly string[] => [column]);
  for (const [, members] of exclusiveSets(columns, "exactlyOne")) {
    if (!members.some((member) => present.has(member))) missing.push(members);
  }
  return missing;
}

const inWords = (missing: readonly (readonly string[])[]): string =>
  someOf(
    missing.map((members) => (members.length === 1 ? list(members) : `one of ${list(members)}`)),
    { ...ROOM, between: ", and " },
  );

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

const quoted = (name: string): string => `"${shortened(name)}"`;

const list = (names: readonly string[]): string => names.map(quoted).join(", ");

/** What a file may have; where that is more than can be told here, also where it is told. */
function describe(columns: Columns, type: string): string {
  const names = (need: Need) => Object.keys(columns).filter((column) => columns[column]?.need === need);
  const [required, optional] = [names("required"), names("optional")];
  const lists = [someOf(required, ROOM), someOf(optional, ROOM)] as const;
  const parts = [
    required.length > 0 ? `required ${lists[0]}` : "",
    ...[...exclusiveSets(columns, "exactlyOne").values()].map((members) => `exactly one of ${members.join(" or ")}`),
    ...[...exclusiveSets(columns, "atMostOne").values()].map((members) => `at most one of ${members.join(" or ")}`),
    optional.length > 0 ? `optional ${lists[1]}` : "",
  ];
  const isWhole = lists[0] === required.join(", ") && lists[1] === optional.join(", ");
  const rest = isWhole ? "" : `: GET /api/v2/imports/headers/${type}`;
  return parts.filter((part) => part !== "").join("; ") + rest;
}
