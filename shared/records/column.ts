import type { CellType } from "./cell.ts";

/** Whether a column must be there: always, never, or as one of a named set of which a row fills exactly or at most one. */
export type Need = "required" | "optional" | { readonly exactlyOne: string } | { readonly atMostOne: string };

/** A column of an import file. Headers are matched without regard to case, spaces or underscores. */
export interface Column<T = unknown> {
  readonly type: CellType<T>;
  readonly need: Need;
  readonly aliases: readonly string[];
  readonly note: string;
}

export type Columns = Readonly<Record<string, Column>>;

/** What a row holds once its cells are read: only the cells that were filled in. */
export type RowOf<C extends Columns> = {
  readonly [Header in keyof C]?: C[Header] extends Column<infer T> ? T : never;
};

const column =
  (need: Need) =>
  <T>(type: CellType<T>, note: string, aliases: readonly string[] = []): Column<T> => ({ type, need, aliases, note });

export const required = column("required");
export const optional = column("optional");
export const exactlyOne = (set: string) => column({ exactlyOne: set });
export const atMostOne = (set: string) => column({ atMostOne: set });

/** How an import file of one type is laid out. */
export interface ImportLayout<C extends Columns = Columns> {
  readonly columns: C;
  /**
   * Columns whose repeated values tie rows together. With such a list, rows are imported in parallel and only those
   * that repeat a value wait for their turn; `"every row"` imports all rows in file order, for types whose rows can
   * change each other's identity.
   */
  readonly inOrder: "every row" | readonly (keyof C & string)[];
}
