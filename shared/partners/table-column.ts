import * as z from "zod";
import { textCell } from "../records/bundle.ts";
import { majorUnits, minorDigits } from "../records/currency.ts";
import { searchable } from "../records/searchable.ts";

/** A column of a table of partners or of one partner, declared once: answers, files, searches, orders and OpenAPI follow. */
export interface TableColumn<Row> {
  /** What an answer says. */
  readonly shape: z.ZodType;
  value(row: Row): unknown;
  /** What a file says, and searches look in. */
  text(row: Row): string;
  /** By what rows are sorted; those without a value come before all others. */
  rank(row: Row): string | number | null;
  /** The values that a query may ask for by the column's name. */
  readonly choices?: readonly string[];
}

export type TableColumns<Row> = Readonly<Record<string, TableColumn<Row>>>;

/** The cell of a file, guarded against being taken for a formula. */
export const tableCell = <Row>(column: TableColumn<Row>, row: Row): string => textCell(column.text(row));

export const textColumn = <Row>(
  description: string,
  pick: (row: Row) => string | null,
  { isNullable = true, choices }: { readonly isNullable?: boolean; readonly choices?: readonly string[] } = {},
): TableColumn<Row> => {
  const one = choices === undefined ? z.string() : z.enum(choices);
  return {
    shape: (isNullable ? one.nullable() : one).meta({ description }),
    value: pick,
    text: (row) => pick(row) ?? "",
    rank: (row) => {
      const value = pick(row);
      return value === null ? null : searchable(value);
    },
    ...(choices && { choices }),
  };
};

/** A text that every row has. */
export const keyColumn = <Row>(description: string, pick: (row: Row) => string): TableColumn<Row> =>
  textColumn(description, pick, { isNullable: false });

/** One of few values. */
export const choiceColumn = <Row>(
  description: string,
  choices: readonly string[],
  pick: (row: Row) => string,
): TableColumn<Row> => textColumn(description, pick, { isNullable: false, choices });

export const countColumn = <Row>(description: string, pick: (row: Row) => number | null): TableColumn<Row> => ({
  shape: z.int().nullable().meta({ description }),
  value: pick,
  text: (row) => String(pick(row) ?? ""),
  rank: pick,
});

export const flagColumn = <Row>(description: string, pick: (row: Row) => boolean): TableColumn<Row> => ({
  shape: z.boolean().meta({ description }),
  value: pick,
  text: (row) => String(pick(row)),
  rank: (row) => Number(pick(row)),
});

/** An instant: in answers epoch milliseconds, in files and searches `YYYY-MM-DD HH:MM:SS` in UTC. */
export const instantColumn = <Row>(description: string, pick: (row: Row) => number | null): TableColumn<Row> => ({
  shape: z
    .int()
    .nullable()
    .meta({ description: `${description}, in epoch milliseconds` }),
  value: pick,
  text: (row) => instantText(pick(row)),
  rank: pick,
});

const instantText = (ms: number | null): string =>
  ms === null ? "" : new Date(ms).toISOString().slice(0, -5).replace("T", " ");

export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** An amount: in answers minor units, in files and searches major units; its currency is a column of its own. */
export const amountColumn = <Row>(description: string, pick: (row: Row) => Money | null): TableColumn<Row> => ({
  shape: z
    .int()
    .nullable()
    .meta({ description: `${description}, in minor units` }),
  value: (row) => pick(row)?.amount ?? null,
  text: (row) => moneyText(pick(row)),
  rank: (row) => {
    const money = pick(row);
    return money === null ? null : money.amount / 10 ** minorDigits(money.currency);
  },
});

export const moneyText = (money: Money | null): string =>
  money === null ? "" : majorUnits(money.amount, money.currency);

const unconvertedShape = z.array(z.object({ currency: z.string(), transactions: z.int() }));

export type Unconverted = z.output<typeof unconvertedShape>;

/** Currencies whose transactions had no rate, with how many there are: they are part of no sum in US dollars. */
export const unconvertedColumn = <Row>(pick: (row: Row) => Unconverted): TableColumn<Row> => {
  const text = (row: Row) =>
    pick(row)
      .map(({ currency, transactions }) => `${transactions} ${currency}`)
      .join("|");
  return {
    shape: unconvertedShape.meta({
      description:
        "Currencies whose transactions had no rate when they were recorded, and so are not part of the revenue",
    }),
    value: pick,
    text,
    rank: text,
  };
};
