import type { Column, Columns, ImportLayout, Need } from "../records/column.ts";
import { fieldCell, type FormField } from "../records/form-field.ts";
import type { Group } from "../records/group.ts";
import { csvLine } from "../write-csv.ts";
import { exclusiveSets } from "./header.ts";
import { importTypes, typeOf } from "./import-types.ts";
import type { ProgramSetup } from "./program-setup.ts";
import { enabledGroups } from "./row-form.ts";

/** What a file of a type may have, told to people and programs. */
export interface HeaderSheet {
  readonly type: string;
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Sets of columns of which a row fills exactly one. */
  readonly exactly_one: readonly (readonly string[])[];
  /** Sets of columns of which a row fills one or none. */
  readonly at_most_one: readonly (readonly string[])[];
  /** For leads and deals, the groups that take them in: what a row of such a partner is held against. */
  readonly groups: readonly {
    readonly slug: string;
    readonly name: string;
    /** What its form asks for beyond what every row needs; either column of an amount will do. */
    readonly required: readonly string[];
    /** What its statuses, or for deals its stages, are named. */
    readonly statuses: readonly string[];
  }[];
  readonly columns: readonly {
    readonly name: string;
    readonly aliases: readonly string[];
    readonly need: "required" | "optional" | "exactly_one" | "at_most_one";
    readonly format: string;
    readonly example: string;
    readonly note: string;
  }[];
}

/** The group of a partner, as files of a type see it. */
interface AskingGroup {
  readonly group: Group;
  readonly form: readonly FormField[];
  readonly statuses: readonly string[];
}

/** What a program's files of a type are held against. */
interface Told {
  readonly columns: Columns;
  readonly groups: readonly AskingGroup[];
}

const STATUS_COLUMNS: Readonly<Record<string, string>> = { leads: "status", deals: "stage" };

function toldOf(type: string, setup: ProgramSetup): Told | undefined {
  const layout: ImportLayout | undefined = typeOf(type)?.layoutOf(setup);
  if (layout === undefined) return undefined;
  const groups = askingGroups(type, setup);
  const name = STATUS_COLUMNS[type];
  const column = name === undefined ? undefined : layout.columns[name];
  if (name === undefined || column === undefined || groups.length === 0) return { columns: layout.columns, groups };
  return { columns: { ...layout.columns, [name]: withStatuses(column, groups) }, groups };
}

/** The default group, which new partners are in, comes first. */
function askingGroups(type: string, setup: ProgramSetup): AskingGroup[] {
  if (type !== "leads" && type !== "deals") return [];
  return enabledGroups(setup, type)
    .toSorted((a, b) => Number(b.default) - Number(a.default))
    .map((group) => ({
      group,
      form: type === "leads" ? group.lead_form : group.deal_form,
      statuses: (type === "leads" ? group.lead_statuses : group.deal_stages).map(({ name }) => name),
    }));
}

function withStatuses(column: Column, groups: readonly AskingGroup[]): Column {
  const lists = groups.map(({ group, statuses }) => ({ group, names: statuses.join(", ") }));
  const isOne = new Set(lists.map(({ names }) => names)).size === 1;
  const all = [...new Set(groups.flatMap(({ statuses }) => statuses))];
  const note = isOne ? "" : `: ${lists.map(({ group, names }) => `in ${group.name} ${names}`).join("; ")}`;
  return {
    ...column,
    type: { ...column.type, format: `one of ${all.join(", ")}`, example: all[0] ?? column.type.example },
    note: column.note + note,
  };
}

/** The columns of a type in a program; undefined for what is no type. */
export function headerSheet(type: string, setup: ProgramSetup): HeaderSheet | undefined {
  const told = toldOf(type, setup);
  if (told === undefined) return undefined;
  const all = Object.entries(told.columns);
  const named = (need: Need) => all.filter(([, column]) => column.need === need).map(([name]) => name);
  const required = named("required");
  return {
    type,
    required,
    optional: named("optional"),
    exactly_one: [...exclusiveSets(told.columns, "exactlyOne").values()],
    at_most_one: [...exclusiveSets(told.columns, "atMostOne").values()],
    groups: told.groups.map(({ group: { slug, name }, form, statuses }) => ({
      slug,
      name,
      required: requiredBy(form).filter((column) => !required.includes(column)),
      statuses,
    })),
    columns: all.map(
      ([
        name,
        {
          aliases,
          need,
          type: { format, example },
          note,
        },
      ]) => ({
        name,
        aliases,
        need: needOf(need),
        format,
        example,
        note,
      }),
    ),
  };
}

const requiredBy = (form: readonly FormField[]): string[] =>
  form.filter(({ required }) => required).map(({ api_name }) => api_name);

/**
 * A file of a type to start from: all headers, and a row with what it needs, which may be imported as it is. Its partner
 * is in the default group, or in the first that takes in what the file has.
 */
export function headerTemplate(type: string, setup: ProgramSetup): string | undefined {
  const told = toldOf(type, setup);
  const layout = typeOf(type)?.layout;
  if (told === undefined || layout === undefined) return undefined;
  const { columns, groups } = told;
  const form = groups[0]?.form ?? [];
  const filled = filledIn(columns, requiredBy(form));
  const row = Object.entries(columns).map(([name, column]) => {
    if (!filled.has(name)) return "";
    const field = Object.hasOwn(layout.columns, name) ? undefined : form.find(({ api_name }) => api_name === name);
    return field === undefined ? column.type.example : fieldCell(field).example;
  });
  return csvLine(Object.keys(columns)) + csvLine(row);
}

/** Optional columns stay empty: what they refer to, such as a group, is not there in every program. */
function filledIn(columns: Columns, asked: readonly string[]): ReadonlySet<string> {
  const required = Object.keys(columns).filter((name) => columns[name]?.need === "required");
  const sets = [...exclusiveSets(columns, "exactlyOne").values()];
  const chosen = sets.flatMap(
    (set) => set.find((name) => isInEveryTemplate(columns[name]?.type.example)) ?? set.slice(0, 1),
  );
  return new Set([...required, ...chosen, ...asked.filter((name) => !sets.some((set) => set.includes(name)))]);
}

/** Whether a template of another type holds the example, so that a row that names it finds what it refers to. */
const isInEveryTemplate = (example: string | undefined): boolean =>
  Object.values(importTypes).some(({ layout }) =>
    Object.values(layout.columns).some(({ need, type }) => need === "required" && type.example === example),
  );

function needOf(need: Need): HeaderSheet["columns"][number]["need"] {
  if (typeof need === "string") return need;
  return "exactlyOne" in need ? "exactly_one" : "at_most_one";
}
