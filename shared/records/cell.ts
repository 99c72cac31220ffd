import { isCurrency, minorDigits } from "./currency.ts";
import { currenciesOf, mayBe } from "./currency-sign.ts";
import { type DateOrder, dateOrderOf, type LooseDate, looseDate, utc } from "./loose-date.ts";
import { looseNumber } from "./loose-number.ts";
import { PLAIN_READING, type Reading } from "./repair.ts";

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
  /** What is put right in the cell is told to the reading. */
  read(cell: string, reading?: Reading): T | CellProblem;
  /** What a cell of dates gives away of how its file writes them. */
  readonly dateOrderOf?: (cell: string) => DateOrder | undefined;
  /** Where a currency that is written beside the amount belongs, and where it is written. */
  readonly money?: "currency" | "amount";
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

const DATE_PROBLEMS: Readonly<
  Record<Extract<LooseDate, string>, readonly [code: string, message: string, hint: string]>
> = {
  "no date": ["bad_date", "is not a date", "Write dates as YYYY-MM-DD or YYYY-MM-DD HH:MM."],
  impossible: ["bad_date", "does not exist in the calendar", "Write dates as YYYY-MM-DD or YYYY-MM-DD HH:MM."],
  "too early": ["bad_date", "is before 1970", "Write dates as YYYY-MM-DD or YYYY-MM-DD HH:MM."],
  ambiguous: [
    "ambiguous_date",
    "may have the day or the month first",
    "Write dates as YYYY-MM-DD: no date near the beginning of the file tells which it is.",
  ],
  "other order": [
    "ambiguous_date",
    "has day and month the other way round than other dates of the file",
    "Write all dates as YYYY-MM-DD.",
  ],
};

/** Dates as the importer's article writes them, and as others do; read as UTC unless they name a zone. */
export const instant: CellType<number> = {
  format: "YYYY-MM-DD, YYYY-MM-DD HH:MM or YYYY-MM-DD HH:MM:SS, in UTC",
  example: "2026-03-31",
  dateOrderOf,
  read(cell, reading = PLAIN_READING) {
    const plain = plainInstant(cell);
    if (plain !== undefined) return plain;
    const parts = DATE.exec(cell);
    const found = parts === null ? looseDate(cell, reading.dateOrder) : fromArticle(parts);
    if (typeof found === "number") return found;
    if (typeof found === "string") {
      const [code, message, hint] = DATE_PROBLEMS[found];
      return new CellProblem(code, `${shown(cell)} ${message}`, hint);
    }
    for (const repair of found.repairs) reading.repaired(repair);
    return found.ms;
  },
};

/** The two forms nearly all files have, without the cost of an expression: undefined for anything else, and for what is no date. */
function plainInstant(cell: string): number | undefined {
  const { length } = cell;
  if ((length !== 10 && length !== 16) || cell[4] !== "-" || cell[7] !== "-") return undefined;
  const year = digitsAt(cell, 0, 4);
  const month = digitsAt(cell, 5, 7);
  const of = digitsAt(cell, 8, 10);
  if (year < 1970 || month < 1 || month > 12 || of < 1 || of > 31) return undefined;
  if (of > 28 && new Date(Date.UTC(year, month, 0)).getUTCDate() < of) return undefined;
  if (length === 10) return Date.UTC(year, month - 1, of);
  const hour = digitsAt(cell, 11, 13);
  const minute = digitsAt(cell, 14, 16);
  if ((cell[10] !== " " && cell[10] !== "T") || cell[13] !== ":") return undefined;
  return hour < 0 || hour > 23 || minute < 0 || minute > 59 ? undefined : Date.UTC(year, month - 1, of, hour, minute);
}

/** A number of digits only; -1 where anything else stands among them. */
function digitsAt(cell: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = cell.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

const ZERO = 0x30;
const POINT = 0x2e;

function fromArticle(parts: RegExpExecArray): number | "impossible" | "too early" {
  const [, year = "", month = "", day = "", hour = "0", minute = "0", second = "0", fraction = "0"] = parts;
  const ms = utc(+year, +month, +day, +hour, +minute, +second, +fraction.padEnd(3, "0"));
  if (ms === undefined) return "impossible";
  return +year < 1970 ? "too early" : ms;
}

export const currency: CellType<string> = {
  format: "three-letter ISO 4217 currency code",
  example: "USD",
  money: "currency",
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

const ambiguous = (cell: string, hint: string) =>
  new CellProblem("ambiguous_number", `${shown(cell)} means different numbers to different people`, hint);

/** Both a thousand and a decimal: which of them, depends on who wrote it. */
const POINT_OR_THOUSANDS = /^[+-]?[1-9]\d{0,2}\.\d{3}$/;

/** Says that an amount is not counted in US dollars. */
export const NO_USD = "none";

/** What an amount was worth when it was recorded; null for an amount that is not counted. */
export const usdCents: CellType<number | null> = {
  format: `whole number of US cents, or ${NO_USD}`,
  example: "50000",
  read(cell) {
    if (cell.toLowerCase() === NO_USD) return null;
    const cents = /^[+-]?\d{1,16}$/.test(cell) ? Number(cell) + 0 : Number.NaN;
    return Number.isSafeInteger(cents)
      ? cents
      : new CellProblem(
          "bad_number",
          `${shown(cell)} is not a whole number of US cents`,
          `Write digits only, such as 50000 for $500.00, or ${NO_USD}.`,
        );
  },
};

/** A whole number of minor units. */
export const minorAmount: CellType<number> = {
  format: "whole number of cents (minor units); negative for a refund",
  example: "50000",
  read(cell, reading = PLAIN_READING) {
    if (/^[+-]?\d+$/.test(cell)) return boundedMinor(cell, cell);
    const found = looseNumber(cell, { decimalCommas: reading.decimalCommas, whole: true });
    if (found === "ambiguous") return ambiguous(cell, "Write digits only, such as 50000 for 500.00.");
    if (found === undefined) {
      return new CellProblem(
        "bad_number",
        `${shown(cell)} is not a whole number`,
        "Write digits only, such as 50000 for 500.00.",
      );
    }
    if (found.mark !== undefined)
      return ambiguous(cell, "Write cents without a currency sign, or use the amount_in_dollars column.");
    if (!/^-?\d+(\.0*)?$/.test(found.number)) {
      return new CellProblem(
        "too_many_decimals",
        `${shown(cell)} has a fraction of a cent`,
        "Write whole cents, or use the amount_in_dollars column.",
      );
    }
    for (const repair of found.repairs) reading.repaired(repair);
    return boundedMinor(found.number, cell);
  },
};

function boundedMinor(digits: string, cell: string): number | CellProblem {
  const minor = Number.parseInt(digits, 10);
  return Math.abs(minor) > MAX_MINOR ? outOfBounds(cell) : minor + 0;
}

/** So many are still counted exactly, and no one sells more. */
const MOST_COUNTED = 1_000_000_000;

/** How many: a whole number from 1. */
export const count: CellType<number> = {
  format: "whole number, at least 1",
  example: "5",
  read(cell, reading = PLAIN_READING) {
    const found = minorAmount.read(cell, reading);
    return typeof found === "number" && found >= 1 && found <= MOST_COUNTED
      ? found
      : new CellProblem(
          "bad_count",
          `${shown(cell)} is not a whole number of at least 1`,
          "Write digits only, such as 5.",
        );
  },
};

/**
 * A decimal amount, kept as written until its currency is known: see {@link toMinor}. A currency that is written beside
 * it comes behind it: "12.50 EUR", or "12.50 $" where the sign may be that of several.
 */
export const majorAmount: CellType<string> = {
  format: "decimal amount in major units, with a point; negative for a refund",
  example: "500.00",
  money: "amount",
  read(cell, reading = PLAIN_READING) {
    const isPlain = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(cell);
    if (isPlain && !(reading.decimalCommas && POINT_OR_THOUSANDS.test(cell))) return cell;
    const found = looseNumber(cell, { decimalCommas: reading.decimalCommas, whole: false });
    if (found === "ambiguous") return ambiguous(cell, "Write digits and a decimal point, such as 1499.50.");
    if (found === undefined) {
      return new CellProblem(
        "bad_number",
        `${shown(cell)} is not a number`,
        "Write digits and a decimal point, such as 1499.50.",
      );
    }
    for (const repair of found.repairs) reading.repaired(repair);
    return found.mark === undefined ? found.number : `${found.number} ${found.mark}`;
  },
};

/** The currency that an amount names beside it, where it names a single one. */
export function currencyBeside(amount: string): string | undefined {
  const [, mark] = amount.split(" ");
  return mark !== undefined && isCurrency(mark) ? mark : undefined;
}

/** "12.5" USD -> 1250. The decimals may not exceed those of the currency, except by zeros; a mark beside it must agree. */
export function toMinor(amount: string, code: string): number | CellProblem {
  const digits = minorDigits(code);
  const plain = plainMinor(amount, digits);
  if (plain !== undefined) return plain;
  const space = amount.indexOf(" ");
  const mark = space < 0 ? code : amount.slice(space + 1);
  if (mark !== code && !mayBe(mark, code)) {
    return new CellProblem(
      "currency_mismatch",
      `is in ${mark}, but the currency of the row is ${code}`,
      `Correct the sign or the currency: ${mark} may stand for ${currenciesOf(mark).slice(0, 3).join(", ")}.`,
    );
  }
  const number = space < 0 ? amount : amount.slice(0, space);
  const negative = number.startsWith("-");
  const [whole = "", fraction = ""] = number.replace(/^[+-]/, "").split(".");
  // A loop: the expression for it takes the square of the length on a long row of zeros.
  let end = fraction.length;
  while (fraction.charCodeAt(end - 1) === ZERO) end -= 1;
  const kept = fraction.slice(0, end);
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

/** The minor units of an amount that is digits and perhaps a point and a sign; undefined for anything else, and out of bounds. */
function plainMinor(amount: string, digits: number): number | undefined {
  const { length } = amount;
  const begin = amount.startsWith("-") || amount.startsWith("+") ? 1 : 0;
  let minor = 0;
  let point = -1;
  for (let at = begin; at < length; at++) {
    const code = amount.charCodeAt(at);
    if (code === POINT && point < 0) point = at;
    else if (code < ZERO || code > ZERO + 9) return undefined;
    else minor = minor * 10 + code - ZERO;
  }
  const decimals = point < 0 ? 0 : length - point - 1;
  if (decimals > digits || length - begin > MOST_PLAIN) return undefined;
  for (let left = digits - decimals; left > 0; left--) minor *= 10;
  if (minor > MAX_MINOR) return undefined;
  return begin === 1 && minor !== 0 && amount.startsWith("-") ? -minor : minor;
}

/** Up to so many digits a number is exact. */
const MOST_PLAIN = 15;

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["yes", true],
  ["y", true],
  ["t", true],
  ["on", true],
  ["1", true],
  ["false", false],
  ["no", false],
  ["n", false],
  ["f", false],
  ["off", false],
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

/** Keys of records; a stroke or a backslash within one has a backslash before it. */
export const keys: CellType<string[]> = {
  format: "keys separated by |; a | or \\ within one has a \\ before it",
  example: "ada|bo",
  read(cell) {
    const parts = cell.match(/(?:\\[^]|[^\\|]|\\$)+/g) ?? [];
    const found = [...new Set(parts.map((key) => key.replaceAll(/\\([^])/g, "$1").trim()))].filter((key) => key !== "");
    return found.every((key) => key.length <= 255) && found.length <= 200
      ? found
      : new CellProblem("too_long", "has a key over 255 characters, or over 200 keys", "Shorten the list of keys.");
  },
};
