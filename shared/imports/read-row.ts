import { unguarded } from "../records/bundle.ts";
import { CellProblem } from "../records/cell.ts";
import type { ImportLayout } from "../records/column.ts";
import { exclusiveSets, type Header } from "./header.ts";
import type { CsvRecord } from "./read-records.ts";

/** Why a row was not imported, and what to do about it. */
export class RowProblem {
  readonly code: string;
  readonly column: string | null;
  readonly message: string;
  readonly hint: string;
  constructor(code: string, column: string | null, message: string, hint: string) {
    this.code = code;
    this.column = column;
    this.message = message;
    this.hint = hint;
  }
}

/** The values of a row by column, only those that were filled in. */
export type RowValues = Readonly<Record<string, unknown>>;

export type ReadRow = (record: CsvRecord) => RowValues | RowProblem | "blank";

const BROKEN = {
  row_too_long: new RowProblem(
    "row_too_long",
    null,
    "The row is longer than 128 KiB",
    "Shorten its cells, or check for a missing line end.",
  ),
  unclosed_quote: new RowProblem(
    "unclosed_quote",
    null,
    "A quote is opened on this line and never closed",
    'Close it, or write a literal quote as "" inside quotes.',
  ),
  bad_quote: new RowProblem(
    "bad_quote",
    null,
    "A quote stands inside a cell",
    'Put the cell in quotes and write each quote inside as "".',
  ),
} as const;

/** How records of a file become rows of its layout. */
export function rowReader(header: Header, layout: ImportLayout): ReadRow {
  const readers = header.columns.map((name) => {
    const column = name === undefined ? undefined : layout.columns[name];
    return name === undefined || column === undefined ? undefined : { name, read: column.type.read };
  });
  const required = Object.keys(layout.columns).filter((name) => layout.columns[name]?.need === "required");
  const exactlyOne = [...exclusiveSets(layout.columns, "exactlyOne").values()];
  const atMostOne = [...exclusiveSets(layout.columns, "atMostOne").values()];

  return ({ cells, broken }) => {
    if (broken !== undefined) return BROKEN[broken];
    if (cells.every((cell) => cell.trim() === "")) return "blank";
    const ragged = raggedRow(cells, readers.length);
    if (ragged) return ragged;

    const values: Record<string, unknown> = {};
    const problems: RowProblem[] = [];
    for (let index = 0; index < readers.length; index++) {
      const reader = readers[index];
      if (reader === undefined) continue;
      const cell = unguarded((cells[index] ?? "").trim());
      if (cell === "") continue;
      const value = reader.read(cell);
      if (value instanceof CellProblem)
        problems.push(new RowProblem(value.code, reader.name, value.message, value.hint));
      // A cell that cannot be read still counts as filled in for the rules of sets.
      values[reader.name] = value;
    }
    for (const name of required) {
      if (values[name] === undefined) problems.push(new RowProblem("required", name, "is empty", `Fill in ${name}.`));
    }
    for (const members of exactlyOne) addSetProblem(problems, values, members, true);
    for (const members of atMostOne) addSetProblem(problems, values, members, false);
    return problems.length === 0 ? values : together(problems);
  };
}

function raggedRow(cells: readonly string[], width: number): RowProblem | undefined {
  const extra = cells.slice(width).some((cell) => cell.trim() !== "");
  if (cells.length >= width && !extra) return undefined;
  return new RowProblem(
    "ragged_row",
    null,
    `The row has ${cells.length} cells, the header ${width}`,
    "Check for a missing or extra separator; put cells that contain one in quotes.",
  );
}

function addSetProblem(problems: RowProblem[], values: RowValues, members: readonly string[], needed: boolean): void {
  const filled = members.filter((member) => values[member] !== undefined);
  const [first = "", second] = filled;
  if (second !== undefined) {
    problems.push(
      new RowProblem(
        "not_exactly_one",
        second,
        `is filled in beside ${first}`,
        `Fill in only one of ${members.join(", ")}.`,
      ),
    );
  } else if (needed && first === "") {
    problems.push(
      new RowProblem(
        "not_exactly_one",
        members[0] ?? null,
        `none of ${members.join(", ")} is filled in`,
        `Fill in one of ${members.join(", ")}.`,
      ),
    );
  }
}

/** The first problem, with the others told in its message. */
function together(problems: readonly RowProblem[]): RowProblem {
  const [first, ...others] = problems;
  if (first === undefined || others.length === 0) return first ?? BROKEN.bad_quote;
  const rest = others.map(({ column, message }) => (column === null ? message : `${column} ${message}`)).join("; ");
  return new RowProblem(first.code, first.column, `${first.message}. Also: ${rest}`, first.hint);
}
