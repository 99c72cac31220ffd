import { positionIn, timedBefore } from "../ledger/listing.ts";
import { searchable } from "../records/searchable.ts";
import type { TableView } from "./partner-tables.ts";

/** What is searched for in one column, or in all of them. */
export interface Term {
  readonly column: string | undefined;
  readonly text: string;
  /** The customer who has exactly this e-mail address, whatever is told of it. */
  readonly holder?: string | undefined;
}

/** Which rows of a table are asked for, in which order. */
export interface Arrangement {
  readonly terms: readonly Term[];
  /** Values of columns with few values, by the names of the columns. */
  readonly choices: ReadonlyMap<string, string>;
  readonly created: { readonly from: number; readonly to: number };
  readonly orderBy: string;
  readonly descends: boolean;
}

/** Whether a row is asked for. */
export function isAskedFor<Row>(table: TableView<Row>, { terms, choices, created }: Arrangement, row: Row): boolean {
  const at = table.createdOf(row);
  return (
    at >= created.from &&
    at <= created.to &&
    terms.every((term) => isFound(table, term, row)) &&
    [...choices].every(([name, value]) => columnOf(table, name)?.value(row) === value)
  );
}

function isFound<Row>(table: TableView<Row>, { column, text, holder }: Term, row: Row): boolean {
  const wanted = searchable(text);
  const within = column === undefined ? Object.values(table.columns) : [table.columns[column]];
  return (
    within.some((one) => one !== undefined && searchable(one.text(row)).includes(wanted)) ||
    (holder !== undefined && table.customerOf?.(row) === holder)
  );
}

const columnOf = <Row>({ columns, beside }: TableView<Row>, name: string) => columns[name] ?? beside[name];

/** Compares rows by a column, then as they came about; the same the other way round. */
export function rowOrder<Row>(
  table: TableView<Row>,
  { orderBy, descends }: Pick<Arrangement, "orderBy" | "descends">,
): (one: Row, other: Row) => number {
  const column = table.columns[orderBy];
  const sign = descends ? -1 : 1;
  const positionOf = (row: Row): string => {
    const created_at = table.createdOf(row);
    return positionIn("created_at", { program: "", key: table.keyOf(row), created_at, updated_at: created_at });
  };
  return (one, other) => {
    const byColumn = compareRanks(column?.rank(one) ?? null, column?.rank(other) ?? null);
    if (byColumn !== 0) return sign * byColumn;
    const [position, otherPosition] = [positionOf(one), positionOf(other)];
    return position === otherPosition ? 0 : sign * (timedBefore(position, otherPosition) ? -1 : 1);
  };
}

function compareRanks(one: string | number | null, other: string | number | null): number {
  if (one === other) return 0;
  if (one === null) return -1;
  if (other === null) return 1;
  return one < other ? -1 : 1;
}
