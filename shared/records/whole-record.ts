import { flag } from "./cell.ts";
import { optional } from "./column.ts";

/** Marks the rows of an export in the importer's headers: what such a row leaves empty, its record lacks. */
export const wholeRecord = {
  whole_record: optional(
    flag,
    "true in our own exports: the row tells all of its record, and what is demanded of others may be empty",
  ),
};

/** The cell of that column in such an export. */
export const wholeRecordCell = { whole_record: (): string => "true" } as const;

/** Whether a row tells all of its record; see {@link wholeRecord}. */
export const isWholeRecord = (values: { readonly whole_record?: unknown }): boolean => values.whole_record === true;
