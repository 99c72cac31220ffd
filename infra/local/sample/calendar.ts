/** Times are whole minutes since 1970 in UTC, the finest step the CSV files can write. */

export const HOUR = 60;
export const DAY = 24 * HOUR;

/** Nothing in the sample is later. */
export const END = minutes("2026-06-30 23:59");

export function minutes(text: string): number {
  return Date.parse(`${text.replace(" ", "T")}${text.length > 10 ? "" : "T00:00"}Z`) / 60_000;
}

export function date(time: number): string {
  return new Date(time * 60_000).toISOString().slice(0, 10);
}

export function dateTime(time: number): string {
  return new Date(time * 60_000).toISOString().slice(0, 16).replace("T", " ");
}

/** The same day of a later month, or that month's last day, as billing systems do it. */
export function monthsAfter(time: number, months: number): number {
  const from = new Date(time * 60_000);
  const month = from.getUTCMonth() + months;
  const lastDay = new Date(Date.UTC(from.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const day = Math.min(from.getUTCDate(), lastDay);
  return Date.UTC(from.getUTCFullYear(), month, day) / 60_000 + (time % DAY);
}

/** The quarter of a year that holds the time; `end` is the first minute after it. */
export function quarter(time: number): { readonly year: number; readonly number: number; readonly end: number } {
  const day = new Date(time * 60_000);
  const number = Math.floor(day.getUTCMonth() / 3) + 1;
  return { year: day.getUTCFullYear(), number, end: Date.UTC(day.getUTCFullYear(), number * 3, 1) / 60_000 };
}
