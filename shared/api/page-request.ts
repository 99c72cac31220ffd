import { CallerError } from "../errors.ts";
import { shown } from "./validated.ts";

export const DEFAULT_LIMIT = 10;
export const MAX_LIMIT = 250;

export type QueryValues = Readonly<Record<string, string | undefined>>;

/** The part of a list that is asked for. */
export interface PageRequest {
  readonly limit: number;
  readonly startingAfter: string | undefined;
  readonly endingBefore: string | undefined;
}

/** Reads `limit`, `starting_after` and `ending_before`; other names in the query are none of its business. */
export function readPageRequest(query: QueryValues): PageRequest {
  const { starting_after: startingAfter, ending_before: endingBefore } = query;
  if (startingAfter !== undefined && endingBefore !== undefined) {
    throw new CallerError("invalid", "'starting_after' and 'ending_before' cannot be used together", "ending_before");
  }
  return { limit: readLimit(query), startingAfter, endingBefore };
}

function readLimit(query: QueryValues): number {
  const limit = readInteger(query, "limit") ?? DEFAULT_LIMIT;
  if (limit < 1) throw new CallerError("invalid", `${limit} is less than the minimum of 1`, "limit");
  if (limit > MAX_LIMIT)
    throw new CallerError("invalid", `${limit} is greater than the maximum of ${MAX_LIMIT}`, "limit");
  return limit;
}

/** A name in the query that stands for a whole number; undefined where it is not asked for. */
function readInteger(query: QueryValues, name: string): number | undefined {
  const text = query[name];
  if (text === undefined) return undefined;
  if (!/^-?\d{1,15}$/.test(text)) throw new CallerError("invalid", `${shown(text)} is not of type 'integer'`, name);
  return Number(text);
}

/** Instants from and to, both of them within, in epoch milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Reads `min_...` and `max_...`; undefined where neither is asked for. */
export function readSpan(query: QueryValues, what: "created" | "updated" | "joined"): Span | undefined {
  const [min, max] = [`min_${what}`, `max_${what}`] as const;
  const [from, to] = [readInteger(query, min), readInteger(query, max)];
  if (from === undefined && to === undefined) return undefined;
  if (from !== undefined && to !== undefined && from > to) {
    throw new CallerError("invalid", `'${min}' is later than '${max}'`, min);
  }
  return { from: from ?? 0, to: to ?? Infinity };
}

const FLAGS: Readonly<Record<string, boolean>> = { true: true, "1": true, false: false, "0": false };

/** A name in the query that is true or false; undefined where it is not asked for. */
export function readFlag(query: QueryValues, name: string): boolean | undefined {
  const text = query[name];
  if (text === undefined) return undefined;
  const found = Object.hasOwn(FLAGS, text.toLowerCase()) ? FLAGS[text.toLowerCase()] : undefined;
  if (found === undefined) throw new CallerError("invalid", `${shown(text)} is not of type 'boolean'`, name);
  return found;
}
