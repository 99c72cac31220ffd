import type { Columns, ImportLayout, Need } from "../records/column.ts";
import { csvLine } from "../write-csv.ts";
import { exclusiveSets } from "./header.ts";
import { importTypes, typeOf } from "./import-types.ts";

/** What a file of a type may have, told to people and programs. */
export interface HeaderSheet {
  readonly type: string;
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Sets of columns of which a row fills exactly one. */
  readonly exactly_one: readonly (readonly string[])[];
  /** Sets of columns of which a row fills one or none. */
  readonly at_most_one: readonly (readonly string[])[];
  readonly columns: readonly {
    readonly name: string;
    readonly aliases: readonly string[];
    readonly need: "required" | "optional" | "exactly_one" | "at_most_one";
    readonly format: string;
    readonly example: string;
    readonly note: string;
  }[];
}

const layoutOf = (type: string): ImportLayout | undefined => typeOf(type)?.layout;

/** The columns of a type; undefined for what is no type. */
export function headerSheet(type: string): HeaderSheet | undefined {
  const layout = layoutOf(type);
  if (layout === undefined) return undefined;
  const all = Object.entries(layout.columns);
  const named = (need: Need) => all.filter(([, column]) => column.need === need).map(([name]) => name);
  return {
    type,
    required: named("required"),
    optional: named("optional"),
    exactly_one: [...exclusiveSets(layout.columns, "exactlyOne").values()],
    at_most_one: [...exclusiveSets(layout.columns, "atMostOne").values()],
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

/** A file of a type to start from: all headers, and a row with what it needs, which may be imported as it is. */
export function headerTemplate(type: string): string | undefined {
  const layout = layoutOf(type);
  if (layout === undefined) return undefined;
  const { columns } = layout;
  const filled = filledIn(columns);
  const row = Object.entries(columns).map(([name, column]) => (filled.has(name) ? column.type.example : ""));
  return csvLine(Object.keys(columns)) + csvLine(row);
}

/** Optional columns stay empty: what they refer to, such as a group, is not there in every program. */
function filledIn(columns: Columns): ReadonlySet<string> {
  const required = Object.keys(columns).filter((name) => columns[name]?.need === "required");
  const chosen = [...exclusiveSets(columns, "exactlyOne").values()].flatMap(
    (set) => set.find((name) => isInEveryTemplate(columns[name]?.type.example)) ?? set.slice(0, 1),
  );
  return new Set([...required, ...chosen]);
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
