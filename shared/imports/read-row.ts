import { CellProblem, currencyBeside } from "../records/cell.ts";
import type { Columns, ImportLayout } from "../records/column.ts";
import { type Reading, type Repair, REPAIRS } from "../records/repair.ts";
import { someOf } from "../records/some-of.ts";
import { isWholeRecord } from "../records/whole-record.ts";
import { cellText, isBlank } from "./cell-text.ts";
import type { Warning } from "./file-problem.ts";
import { exclusiveSets, type Header } from "./header.ts";
import { hasColumn, headerAt, headerOf } from "./header-of.ts";
import { slotOf } from "./map-by-preset.ts";
import { converted } from "./presets/preset.ts";
import type { CsvRecord } from "./read-records.ts";

/** Why a row was not imported, and what to do about it: texts speak of columns by the headers of the file. */
export class RowProblem {
  readonly code: string;
  /** Our own name of it. */
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

/** How records of a file become rows of its layout. What is put right in their cells is told once per column and kind. */
export function rowReader(
  header: Header,
  { columns }: ImportLayout,
  warn: (warning: Warning) => void = () => undefined,
): ReadRow {
  const ownName = (column: string) => headerOf(header, column);
  const isThere = (column: string) => hasColumn(header, column);
  const repairs = repairTeller(warn);
  const readers = header.columns.map((name, cell) => cellReader(header, columns, { name, cell }, repairs));
  const fill = header.fills && fillReader(header, columns, repairs);
  const money = moneyColumns(columns);
  const required = Object.keys(columns).filter(
    (name) => columns[name]?.need === "required" && !header.lacks?.includes(name),
  );
  const exactlyOne = [...exclusiveSets(columns, "exactlyOne").values()];
  const atMostOne = [...exclusiveSets(columns, "atMostOne").values()];

  return ({ cells, broken }) => {
    if (broken !== undefined) return BROKEN[broken];
    if (cells.every(isBlank)) return "blank";
    const ragged = raggedRow(cells, readers.length);
    if (ragged) return ragged;

    const values: Record<string, unknown> = {};
    const problems: RowProblem[] = [];
    for (let index = 0; index < readers.length; index++) {
      const reader = readers[index];
      if (reader === undefined) continue;
      const cell = cellText(cells[index]);
      if (cell !== "") reader(cell, values, problems);
    }
    fill?.(cells, values, problems);
    if (repairs.sawCurrency) takeCurrency(values, money, (column) => repairs.tell(ownName(column), "currency_taken"));
    for (const name of isWholeRecord(values) ? [] : required) {
      if (values[name] === undefined)
        problems.push(new RowProblem("required", name, "is empty", `Fill in ${ownName(name)}.`));
    }
    for (const members of exactlyOne) addSetProblem(problems, values, { members, needed: true, ownName, isThere });
    for (const members of atMostOne) addSetProblem(problems, values, { members, needed: false, ownName, isThere });
    return problems.length === 0 ? values : together(problems, ownName);
  };
}

type CellReader = (cell: string, values: Record<string, unknown>, problems: RowProblem[]) => void;

function cellReader(
  { names, dateOrder, decimalCommas = false }: Header,
  columns: Columns,
  { name, cell: at }: { name: string | undefined; cell: number },
  repairs: ReturnType<typeof repairTeller>,
): CellReader | undefined {
  const column = name === undefined ? undefined : columns[name];
  if (name === undefined || column === undefined) return undefined;
  const { read } = column.type;
  const ownName = headerAt(names, at, name);
  const reading: Reading = { dateOrder, decimalCommas, repaired: (repair) => repairs.tell(ownName, repair) };
  return (cell, values, problems) => {
    const value = read(cell, reading);
    if (value instanceof CellProblem) problems.push(new RowProblem(value.code, name, value.message, value.hint));
    // A cell that cannot be read still counts as filled in for the rules of sets.
    values[name] = value;
  };
}

/** Fills the columns that cells of another system's export fill by conversion, or one instead of another. */
function fillReader(header: Header, columns: Columns, repairs: ReturnType<typeof repairTeller>) {
  const fills = (header.fills ?? []).flatMap(({ cell, column, as }) => {
    const read = cellReader(header, columns, { name: column, cell }, repairs);
    return read === undefined ? [] : [{ cell, as, read, slot: slotOf(columns, column) }];
  });
  return (cells: readonly string[], values: Record<string, unknown>, problems: RowProblem[]): void => {
    const texts = new Map<string, { text: string; readonly read: CellReader; readonly grows: boolean }>();
    for (const { cell, as, read, slot } of fills) {
      const text = converted(cellText(cells[cell]), as);
      if (text === "") continue;
      const before = texts.get(slot);
      if (before === undefined) texts.set(slot, { text, read, grows: as === "added" });
      else if (before.grows && as === "added") before.text += ` ${text}`;
    }
    for (const { text, read } of texts.values()) read(text, values, problems);
  };
}

function repairTeller(warn: (warning: Warning) => void) {
  const told = new Set<string>();
  return {
    /** Whether any amount has come with a currency beside it. */
    sawCurrency: false,
    tell(column: string, repair: Repair): void {
      if (repair === "currency_sign") this.sawCurrency = true;
      const message = REPAIRS[repair](column);
      if (told.has(message)) return;
      told.add(message);
      warn({ code: repair, message });
    },
  };
}

function moneyColumns(columns: Columns) {
  const names = (money: string) => Object.keys(columns).filter((name) => columns[name]?.type.money === money);
  return { amounts: names("amount"), currency: names("currency")[0] };
}

/** A row that names no currency has the one that is written beside its amount. */
function takeCurrency(
  values: Record<string, unknown>,
  { amounts, currency }: ReturnType<typeof moneyColumns>,
  tell: (column: string) => void,
): void {
  if (currency === undefined || values[currency] !== undefined) return;
  for (const name of amounts) {
    const amount = values[name];
    const beside = typeof amount === "string" ? currencyBeside(amount) : undefined;
    if (beside === undefined) continue;
    values[currency] = beside;
    tell(name);
    return;
  }
}

function raggedRow(cells: readonly string[], width: number): RowProblem | undefined {
  const extra = cells.slice(width).some((cell) => !isBlank(cell));
  if (cells.length >= width && !extra) return undefined;
  return new RowProblem(
    "ragged_row",
    null,
    `The row has ${cells.length} cells, the header ${width}`,
    "Check for a missing or extra separator; put cells that contain one in quotes.",
  );
}

interface ColumnSet {
  readonly members: readonly string[];
  /** Whether one must be filled in. */
  readonly needed: boolean;
  readonly ownName: (column: string) => string;
  readonly isThere: (column: string) => boolean;
}

function addSetProblem(
  problems: RowProblem[],
  values: RowValues,
  { members, needed, ownName, isThere }: ColumnSet,
): void {
  const filled = members.filter((member) => values[member] !== undefined);
  const [first, second] = filled;
  // One cell of another system's export may be meant for several of them.
  const names = () => [...new Set(members.map(ownName))].join(", ");
  if (first !== undefined && second !== undefined) {
    problems.push(
      new RowProblem(
        "not_exactly_one",
        second,
        `is filled in beside ${ownName(first)}`,
        `Fill in only one of ${names()}.`,
      ),
    );
  } else if (needed && first === undefined) {
    problems.push(
      new RowProblem(
        "not_exactly_one",
        members.find(isThere) ?? members[0] ?? null,
        `none of ${names()} is filled in`,
        `Fill in one of ${names()}.`,
      ),
    );
  }
}

/** The first problem, with the others told in its message. */
function together(problems: readonly RowProblem[], ownName: (column: string) => string): RowProblem {
  const [first, ...others] = problems;
  if (first === undefined || others.length === 0) return first ?? BROKEN.bad_quote;
  const rest = someOf(
    others.map(({ column, message }) => (column === null ? message : `${ownName(column)} ${message}`)),
    { between: "; " },
  );
  return new RowProblem(first.code, first.column, `${first.message}. Also: ${rest}`, first.hint);
}
