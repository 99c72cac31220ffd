import type { Repair } from "./repair.ts";

/** How a file writes dates of which neither part is over 12; never guessed from a single cell. */
export type DateOrder = "day first" | "month first";

/** A date in one of the forms that people and spreadsheets write, or why it is none. */
export type LooseDate =
  | { readonly ms: number; readonly repairs: readonly Repair[] }
  | "no date"
  | "impossible"
  | "too early"
  | "ambiguous"
  | "other order";

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly repair: Repair;
}

const DAY_MS = 86_400_000;
/** Days from Excel's day 0 to 1970-01-01, and its last day of 2100. */
const EXCEL_1970 = 25_569;
const EXCEL_2100 = 73_415;
const SECONDS_2100 = 4_133_980_800;
const LONGEST = 80;

const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
] as const;

const YEAR_FIRST = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)/;
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)/;
const DAY_NAMED = /^(\d{1,2})(?:st|nd|rd|th|\.)?[ /-]?([a-z]{3,9})\.?,?[ /-](\d{4}|\d{2})(?!\d)/;
const NAMED_DAY = /^([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?!\d)/;
const YEAR_NAMED = /^(\d{4})[ /-]([a-z]{3,9})[ /-](\d{1,2})(?!\d)/;
const YEAR_AT_END = /^([a-z]{3,9} \d{1,2}) (\d{1,2}:\d{2}(?::\d{2})?)((?: (?:utc|gmt|[+-]\d{4}))?) (\d{4})$/;
const WEEKDAY = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}[.,]{0,2} /;
const TIME =
  /^(?:t|,? (?:at )?)(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)? ?(am|pm|a\.m\.|p\.m\.)? ?(z|(?:utc|gmt)?[+-]\d{1,2}(?::?\d{2})?|utc|gmt)?(?: (?:utc|gmt|z))?$/;

/** Reads a date in any of the forms known; times without a zone are UTC. */
export function looseDate(cell: string, order: DateOrder | undefined): LooseDate {
  if (cell.length > LONGEST) return "no date";
  const text = cell
    .toLowerCase()
    .replace(/[\s\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069]+/g, " ")
    .replace(/ \([^()]*\)$/, "")
    .trim();
  if (/^\d+(?:[.,]\d+)?$/.test(text)) return fromNumber(text);
  const named = text.replace(WEEKDAY, "").replace(YEAR_AT_END, "$1 $4 $2$3");
  const found = readDay(named, order);
  if (typeof found === "string") return found;
  const { head, ...date } = found;
  return withTime(date, named.slice(head));
}

function readDay(text: string, order: DateOrder | undefined) {
  let parts = YEAR_FIRST.exec(text);
  if (parts) return dayOf(parts, parts[1], Number(parts[3]), parts[4]);
  parts = YEAR_LAST.exec(text);
  if (parts) return dayOrMonthFirst(parts, order);
  parts = YEAR_NAMED.exec(text);
  if (parts) return namedDay(parts, parts[1], parts[2], parts[3]);
  parts = DAY_NAMED.exec(text);
  if (parts) return namedDay(parts, parts[3], parts[2], parts[1]);
  parts = NAMED_DAY.exec(text);
  return parts ? namedDay(parts, parts[3], parts[1], parts[2]) : ("no date" as const);
}

const dayOf = (
  [{ length: head }]: RegExpExecArray,
  year: string | undefined,
  month: number,
  of: string | undefined,
  repair: Repair = "date_form",
) => ({ head, year: fullYear(year), month, day: Number(of), repair });

function namedDay(parts: RegExpExecArray, year: string | undefined, name: string | undefined, of: string | undefined) {
  const month = monthOf(name);
  return month === 0 ? ("no date" as const) : dayOf(parts, year, month, of);
}

function dayOrMonthFirst(parts: RegExpExecArray, known: DateOrder | undefined) {
  const [, one = "", separator, two = "", year] = parts;
  const told = orderOf(+one, +two);
  if (told !== undefined && known !== undefined && told !== known) return "other order" as const;
  // Dots stand in dates of countries alone that write the day first.
  const order = told ?? known ?? (separator === "." ? "day first" : undefined);
  if (order === undefined && +one !== +two) return "ambiguous" as const;
  const isMonthFirst = order === "month first";
  const [month, of] = isMonthFirst ? [one, two] : [two, one];
  return dayOf(parts, year, +month, of, isMonthFirst ? "month_first" : order === undefined ? "date_form" : "day_first");
}

const orderOf = (one: number, two: number): DateOrder | undefined =>
  one > 12 && two <= 12 ? "day first" : two > 12 && one <= 12 ? "month first" : undefined;

/** The order that a cell gives away, by a day over 12. */
export function dateOrderOf(cell: string): DateOrder | undefined {
  const parts = YEAR_LAST.exec(cell);
  return parts ? orderOf(+(parts[1] ?? 0), +(parts[3] ?? 0)) : undefined;
}

/**
 * A date that is read by the order of its file's dates and would be read otherwise, or not at all, in another file: as
 * `YYYY-MM-DD`, with its time in UTC if it has one. Undefined for any other cell.
 */
export function settledDate(cell: string, order: DateOrder): string | undefined {
  const found = looseDate(cell, order);
  if (typeof found === "string") return undefined;
  const alone = looseDate(cell, undefined);
  if (typeof alone !== "string" && alone.ms === found.ms) return undefined;
  const [date = "", time = ""] = new Date(found.ms).toISOString().replace("Z", "").split("T");
  return time === "00:00:00.000" ? date : `${date} ${time.replace(/\.000$/, "")}`;
}

/** Two digits are a year from 1970 to 2069. */
const fullYear = (digits = ""): number =>
  digits.length === 4 ? +digits : +digits < 70 ? 2000 + +digits : 1900 + +digits;

/** 1 to 12, or 0 for what is no month. */
const monthOf = (name = ""): number =>
  name === "sept" ? 9 : MONTHS.findIndex((month) => month === name || month.slice(0, 3) === name) + 1;

function withTime({ year, month, day: of, repair }: Day, rest: string): LooseDate {
  const [matched, hours = "0", minutes, seconds = "0", fraction = "0", half, zone] =
    rest === "" ? [""] : (TIME.exec(rest) ?? []);
  if (matched === undefined || (rest !== "" && minutes === undefined && half === undefined)) return "no date";
  const hour = half === undefined ? +hours : (+hours % 12) + (half.startsWith("p") ? 12 : 0);
  if (half !== undefined && (+hours > 12 || +hours === 0)) return "impossible";
  const ms = utc(year, month, of, hour, +(minutes ?? 0), +seconds, +fraction.slice(0, 3).padEnd(3, "0"));
  if (ms === undefined) return "impossible";
  const offset = offsetOf(zone);
  if (offset === undefined) return "impossible";
  if (year < 1970 || ms - offset < 0) return "too early";
  return { ms: ms - offset, repairs: offset === 0 ? [repair] : [repair, "zone_offset"] };
}

/** Milliseconds of an instant; undefined when the calendar or the clock has none such. */
export function utc(
  year: number,
  month: number,
  of: number,
  hour: number,
  minute: number,
  second: number,
  fraction: number,
): number | undefined {
  const ms = Date.UTC(year, month - 1, of, hour, minute, second, fraction);
  const made = new Date(ms);
  const isReal =
    made.getUTCMonth() === month - 1 &&
    made.getUTCDate() === of &&
    made.getUTCHours() === hour &&
    made.getUTCMinutes() === minute &&
    second < 60;
  return isReal ? ms : undefined;
}

/** Milliseconds ahead of UTC. */
function offsetOf(zone: string | undefined): number | undefined {
  const parts = /([+-])(\d{1,2}):?(\d{2})?$/.exec(zone ?? "");
  if (!parts) return 0;
  const [, sign, hours = "0", minutes = "0"] = parts;
  if (+hours > 14 || +minutes > 59) return undefined;
  const ms = (+hours * 60 + +minutes) * 60_000;
  return sign === "-" ? -ms : ms;
}

function fromNumber(text: string): LooseDate {
  const [whole = "", fraction] = text.split(/[.,]/);
  const value = Number(text.replace(",", "."));
  if (whole.length === 5) {
    if (value < EXCEL_1970 || value >= EXCEL_2100 + 1) return "no date";
    // To the second: a spreadsheet's fraction of a day is no exact one.
    return { ms: Math.round(((value - EXCEL_1970) * DAY_MS) / 1000) * 1000, repairs: ["excel_date"] };
  }
  if (fraction !== undefined) return "no date";
  if (whole.length === 8) {
    const ms = utc(+whole.slice(0, 4), +whole.slice(4, 6), +whole.slice(6), 0, 0, 0, 0);
    if (ms === undefined || +whole.slice(0, 4) > 2100) return "no date";
    return ms < 0 ? "too early" : { ms, repairs: ["date_form"] };
  }
  const unit = whole.length === 10 ? 1000 : whole.length === 13 ? 1 : 0;
  const ms = value * unit;
  return unit > 0 && ms < SECONDS_2100 * 1000 ? { ms, repairs: ["epoch_date"] } : "no date";
}
