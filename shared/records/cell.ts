import { isCurrency, minorDigits } from "./currency.ts";

/** Why a cell cannot be used, in words for the person who wrote the file. */
export class CellProblem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  constructor(code: string, message: string, hint: string) {
    this.code = code;
    this.message = message;
    this.hint = hint;
  }
}

/** How a cell of an import file is understood: `format` and `example` are shown to people. Cells come trimmed and not empty. */
export interface CellType<T> {
  readonly format: string;
  readonly example: string;
  read(cell: string): T | CellProblem;
}

const shown = (cell: string): string =>
  JSON.stringify(cell.length > 60 ? `${cell.slice(0, 57).toWellFormed()}...` : cell);

export const text = (max: number, example: string): CellType<string> => ({
  format: `text, at most ${max} characters`,
  example,
  read: (cell) =>
    cell.length <= max
      ? cell
      : new CellProblem("too_long", `has ${cell.length} characters`, `Shorten it to ${max} characters.`),
});

// The form that mail systems really accept: no quoting, no address literals (RFC 5321 local part <= 64, whole <= 254).
const EMAIL = /^[^\s@<>()[\]\\,;:"]{1,64}@[^\s@<>()[\]\\,;:"]+\.[^\s@<>()[\]\\,;:".]{2,}$/u;

export const isEmail = (value: string): boolean => value.length <= 254 && EMAIL.test(value) && !value.includes("..");

export const email: CellType<string> = {
  format: "e-mail address",
  example: "ada@agency.example",
  read: (cell) =>
    isEmail(cell)
      ? cell
      : new CellProblem("bad_email", `${shown(cell)} is not an e-mail address`, "Write it like name@company.com."),
};

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3})\d*)?)?(Z)?)?$/;

/** Dates as the importer's article writes them; read as UTC. */
export const instant: CellType<number> = {
  format: "YYYY-MM-DD, YYYY-MM-DD HH:MM or YYYY-MM-DD HH:MM:SS, in UTC",
  example: "2026-03-31",
  read(cell) {
    const parts = DATE.exec(cell);
    const problem = (message: string) =>
      new CellProblem("bad_date", `${shown(cell)} ${message}`, "Write dates as YYYY-MM-DD or YYYY-MM-DD HH:MM.");
    if (!parts) return problem("is not a date");
    const [, year = "", month = "", day = "", hour = "0", minute = "0", second = "0", fraction = "0"] = parts;
    const ms = Date.UTC(+year, +month - 1, +day, +hour, +minute, +second, +fraction.padEnd(3, "0"));
    const made = new Date(ms);
    const real =
      made.getUTCMonth() === +month - 1 &&
      made.getUTCDate() === +day &&
      made.getUTCHours() === +hour &&
      made.getUTCMinutes() === +minute &&
      +second < 60;
    if (!real) return problem("does not exist in the calendar");
    return +year < 1970 ? problem("is before 1970") : ms;
  },
};

export const currency: CellType<string> = {
  format: "three-letter ISO 4217 currency code",
  example: "USD",
  read(cell) {
    const code = cell.toUpperCase();
    return isCurrency(code)
      ? code
      : new CellProblem(
          "bad_currency",
          `${shown(cell)} is not a currency code`,
          "Use three letters, such as USD or EUR.",
        );
  },
};

/** The bound of the API's transaction amounts. */
export const MAX_MINOR = 50_000_000_000;

const outOfBounds = (cell: string) =>
  new CellProblem("amount_out_of_range", `${shown(cell)} is beyond 50,000,000,000 minor units`, "Check the amount.");

/** A whole number of minor units. */
export const minorAmount: CellType<number> = {
  format: "whole number of cents (minor units); negative for a refund",
  example: "50000",
  read(cell) {
    if (/^[+-]?\d+(\.\d+)?$/.test(cell) && cell.includes(".") && !/\.0*$/.test(cell)) {
      return new CellProblem(
        "too_many_decimals",
        `${shown(cell)} has a fraction of a cent`,
        "Write whole cents, or use the amount_in_dollars column.",
      );
    }
    if (!/^[+-]?\d+(\.0*)?$/.test(cell)) {
      return new CellProblem(
        "bad_number",
        `${shown(cell)} is not a whole number`,
        "Write digits only, such as 50000 for 500.00.",
      );
    }
    const minor = Number.parseInt(cell, 10);
    return Math.abs(minor) > MAX_MINOR ? outOfBounds(cell) : minor + 0;
  },
};

/** A decimal amount, kept as written until its currency is known: see {@link toMinor}. */
export const majorAmount: CellType<string> = {
  format: "decimal amount in major units, with a point; negative for a refund",
  example: "500.00",
  read: (cell) =>
    /^[+-]?(\d+\.?\d*|\.\d+)$/.test(cell)
      ? cell
      : new CellProblem(
          "bad_number",
          `${shown(cell)} is not a number`,
          "Write digits and a decimal point, such as 1499.50.",
        ),
};

/** "12.5" USD -> 1250. The decimals may not exceed those of the currency, except by zeros. */
export function toMinor(amount: string, code: string): number | CellProblem {
  const digits = minorDigits(code);
  const negative = amount.startsWith("-");
  const [whole = "", fraction = ""] = amount.replace(/^[+-]/, "").split(".");
  const kept = fraction.replace(/0+$/, "");
  if (kept.length > digits) {
    return new CellProblem(
      "too_many_decimals",
      `${shown(amount)} has more decimals than ${code} allows`,
      digits === 0 ? `${code} amounts have no decimals.` : `Use at most ${digits} decimals for ${code}.`,
    );
  }
  const minor = Number(whole + kept.padEnd(digits, "0"));
  if (minor > MAX_MINOR) return outOfBounds(amount);
  return negative && minor !== 0 ? -minor : minor;
}

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["yes", true],
  ["1", true],
  ["false", false],
  ["no", false],
  ["0", false],
]);

export const flag: CellType<boolean> = {
  format: "true or false",
  example: "true",
  read: (cell) =>
    FLAGS.get(cell.toLowerCase()) ??
    new CellProblem("bad_flag", `${shown(cell)} is neither true nor false`, 'Write "true" or "false".'),
};

export const choice = <const Value extends string>(values: readonly Value[], code: string): CellType<Value> => ({
  format: `one of ${values.join(", ")}`,
  example: values[0] ?? "",
  read: (cell) =>
    values.find((value) => value === cell.toLowerCase()) ??
    new CellProblem(code, `${shown(cell)} is not one of ${values.join(", ")}`, `Use one of: ${values.join(", ")}.`),
});

export const tags: CellType<string[]> = {
  format: "tags separated by |",
  example: "gold|emea",
  read(cell) {
    const found = [...new Set(cell.split("|").map((tag) => tag.trim()))].filter((tag) => tag !== "");
    const long = found.find((tag) => tag.length > 100);
    return long === undefined && found.length <= 50
      ? found
      : new CellProblem("too_long", "has a tag over 100 characters, or over 50 tags", "Shorten the list of tags.");
  },
};
