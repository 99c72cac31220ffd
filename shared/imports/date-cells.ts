import type { Columns } from "../records/column.ts";
import type { Header } from "./header.ts";

/** The cells of a row that fill columns of dates, and what gives away how these are written. */
export const dateCells = ({ columns, fills = [] }: Pick<Header, "columns" | "fills">, declared: Columns) =>
  [...columns.map((column, cell) => ({ column, cell })), ...fills].flatMap(({ column, cell }) => {
    const orderOf = column === undefined ? undefined : declared[column]?.type.dateOrderOf;
    return orderOf === undefined ? [] : [{ cell, orderOf }];
  });
