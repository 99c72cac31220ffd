import type { DateOrder } from "./loose-date.ts";

/** What may be put right in a cell, and how its owner is told: once per column, whatever the rows. */
export const REPAIRS = {
  thousands_separator: (column: string) => `Thousands separators in "${column}" were taken out.`,
  decimal_comma: (column: string) => `Decimal commas in "${column}" were read as decimal points.`,
  currency_sign: (column: string) => `Currency signs in "${column}" were taken off the amounts.`,
  currency_taken: (column: string) => `Rows that name no currency took the one written beside "${column}".`,
  negative_form: (column: string) =>
    `Amounts in "${column}" in brackets, or with an unusual minus, were read as negative.`,
  date_form: (column: string) => `Dates in "${column}" were read from forms other than YYYY-MM-DD.`,
  day_first: (column: string) => `Dates in "${column}" were read as day, month, year.`,
  month_first: (column: string) => `Dates in "${column}" were read as month, day, year.`,
  excel_date: (column: string) => `Numbers in "${column}" were read as dates of Excel.`,
  epoch_date: (column: string) => `Numbers in "${column}" were read as seconds or milliseconds since 1970.`,
  zone_offset: (column: string) => `Times in "${column}" were turned into UTC by their offset.`,
} as const;

export type Repair = keyof typeof REPAIRS;

/** What a file tells of its cells, and where to tell what was put right in one. */
export interface Reading {
  readonly dateOrder?: DateOrder | undefined;
  /** Whether commas may be decimal ones: in a file whose separator is the comma, "1,234" can only mean thousands. */
  readonly decimalCommas: boolean;
  repaired(repair: Repair): void;
}

/** For a cell that stands alone. */
export const PLAIN_READING: Reading = { decimalCommas: false, repaired: () => undefined };
