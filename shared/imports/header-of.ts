import { shortened } from "../records/some-of.ts";
import { cellText } from "./cell-text.ts";
import type { Header } from "./header.ts";
import { converted } from "./presets/preset.ts";

/**
 * The header by which the owner of a file knows a column of ours: that of the cell which fills it, our own where the
 * file has none. Of several cells that may fill it, it is the one that does in the row of the `cells`, or the first.
 */
export function headerOf(
  { names, columns, fills = [] }: Pick<Header, "names" | "columns" | "fills">,
  column: string,
  cells: readonly string[] = [],
): string {
  const may = fills.filter((fill) => fill.column === column);
  const fill = may.find(({ cell, as }) => converted(cellText(cells[cell]), as) !== "") ?? may[0];
  const at = columns.indexOf(column);
  return headerAt(names, at >= 0 ? at : fill?.cell, column);
}

/** The header of a cell that fills a column. */
export function headerAt(names: readonly string[], cell: number | undefined, column: string): string {
  const name = cell === undefined ? "" : cellText(names[cell]);
  return name === "" ? column : shortened(name);
}

/** Whether any cell of the file fills a column. */
export const hasColumn = ({ columns, fills = [] }: Pick<Header, "columns" | "fills">, column: string): boolean =>
  columns.includes(column) || fills.some((fill) => fill.column === column);
