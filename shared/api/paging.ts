import { CallerError } from "../errors.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { fromItem } from "../ledger/stored.ts";
import { LIST_SHARDS } from "../names.ts";
import type { Item, Table } from "../ports.ts";
import { listPk, timed } from "../records/place.ts";
import type { BaseRecord, Declaration } from "../records/record.ts";
import { findByKey, type PlacedByKey } from "../access/find-by-key.ts";
import { shown } from "./validated.ts";

export const DEFAULT_LIMIT = 10;
export const MAX_LIMIT = 250;

type QueryValues = Readonly<Record<string, string | undefined>>;

/** Records that one request looks at where only some are asked for, about: a page of the table at a time. */
const MOST_LOOKED_AT = 2_500;

/** The part of a list that is asked for. */
export interface PageRequest {
  readonly limit: number;
  readonly startingAfter: string | undefined;
  readonly endingBefore: string | undefined;
}

/** One page of a list. */
export interface Page<R> {
  readonly items: readonly R[];
  /** Whether there are more behind these, or may be: a page that was looked for may end before it is full. */
  readonly has_more: boolean;
  /** Where looking ended before the page was full: the key to go on from. */
  readonly looked_to?: string;
}

/** Reads `limit`, `starting_after` and `ending_before`; other names in the query are none of its business. */
export function readPageRequest(query: QueryValues): PageRequest {
  const { limit = String(DEFAULT_LIMIT), starting_after: startingAfter, ending_before: endingBefore } = query;
  if (startingAfter !== undefined && endingBefore !== undefined) {
    throw new CallerError("invalid", "'starting_after' and 'ending_before' cannot be used together", "ending_before");
  }
  return { limit: readLimit(limit), startingAfter, endingBefore };
}

function readLimit(text: string): number {
  if (!/^-?\d{1,9}$/.test(text)) throw new CallerError("invalid", `${shown(text)} is not of type 'integer'`, "limit");
  const limit = Number(text);
  if (limit < 1) throw new CallerError("invalid", `${limit} is less than the minimum of 1`, "limit");
  if (limit > MAX_LIMIT)
    throw new CallerError("invalid", `${limit} is greater than the maximum of ${MAX_LIMIT}`, "limit");
  return limit;
}

interface Dependencies {
  readonly table: Pick<Table, "query">;
  readonly ledger: Pick<Ledger, "newest" | "read">;
}

/** One page of the program's records of a kind, newest first. */
export async function pageOf<R extends BaseRecord>(
  { table, ledger }: Dependencies,
  declaration: PlacedByKey<R>,
  program: string,
  query: QueryValues,
  /** Whether a record is asked for; all are without it. */
  isAskedFor?: (record: R) => boolean,
): Promise<Page<R>> {
  const { limit, startingAfter, endingBefore } = readPageRequest(query);
  const take = (read: Reader<R>, from: string | undefined) => readOn(read, limit + 1, from, isAskedFor);
  const pageFrom = ({ found, lookedTo }: Found<R>): Page<R> => {
    const isFull = found.length > limit;
    const isCutShort = !isFull && lookedTo !== undefined;
    return {
      items: found.slice(0, limit),
      has_more: isFull || isCutShort,
      ...(isCutShort && { looked_to: lookedTo }),
    };
  };

  const positionOf = async (parameter: string, key: string): Promise<string> => {
    const stored = await findByKey<R>(ledger, declaration, program, key);
    if (stored === undefined) throw notInList(parameter);
    return position(stored.record);
  };

  if (endingBefore !== undefined) {
    const from = await positionOf("ending_before", endingBefore);
    const newer = await take((count, after = "") => nextNewer<R>(table, declaration, program, count, after), from);
    const page = pageFrom(newer);
    return { ...page, items: page.items.toReversed() };
  }
  const after = startingAfter === undefined ? undefined : await positionOf("starting_after", startingAfter);
  const found = await take(async (count, behind) => {
    const newest = await ledger.newest<R>(declaration, program, count, behind);
    return newest.map(({ record }) => record);
  }, after);
  return pageFrom(found);
}

/** One page of a list that is there as a whole. */
export function pageOfAll<R extends BaseRecord>(all: readonly R[], query: QueryValues): Page<R> {
  const { limit, startingAfter, endingBefore } = readPageRequest(query);
  const indexOf = (parameter: string, key: string): number => {
    const at = all.findIndex((record) => record.key === key);
    if (at < 0) throw notInList(parameter);
    return at;
  };
  if (endingBefore !== undefined) {
    const to = indexOf("ending_before", endingBefore);
    const from = Math.max(0, to - limit);
    return { items: all.slice(from, to), has_more: from > 0 };
  }
  const from = startingAfter === undefined ? 0 : indexOf("starting_after", startingAfter) + 1;
  return { items: all.slice(from, from + limit), has_more: all.length > from + limit };
}

export const notInList = (parameter: string): CallerError =>
  new CallerError("invalid", `'${parameter}' is the key of no item of this list`, parameter);

interface Found<R> {
  readonly found: readonly R[];
  /** The last one looked at, where there may be more behind it. */
  readonly lookedTo?: string;
}

/** Reads so many records behind a position, all that there are if they are fewer. */
type Reader<R> = (count: number, after: string | undefined) => Promise<readonly R[]>;

/** Reads on until enough records are found, or there are no more, or enough were looked at. */
async function readOn<R extends BaseRecord>(
  read: Reader<R>,
  enough: number,
  from: string | undefined,
  isAskedFor?: (record: R) => boolean,
): Promise<Found<R>> {
  if (isAskedFor === undefined) return { found: await read(enough, from) };
  const found: R[] = [];
  let lookedAt = 0;
  for (let after = from; ;) {
    const records = await read(MAX_LIMIT, after);
    found.push(...records.filter(isAskedFor));
    const last = records.at(-1);
    if (found.length >= enough || last === undefined || records.length < MAX_LIMIT) return { found };
    lookedAt += records.length;
    if (lookedAt >= MOST_LOOKED_AT) return { found, lookedTo: last.key };
    after = position(last);
  }
}

/** Where a record stands in its list. */
const position = ({ created_at, key }: BaseRecord): string => timed(created_at, key);

/** The records right above a position, nearest first: the list read the other way round. */
async function nextNewer<R extends BaseRecord>(
  table: Pick<Table, "query">,
  declaration: Declaration<R>,
  program: string,
  limit: number,
  after: string,
): Promise<R[]> {
  const shards = Array.from({ length: LIST_SHARDS }, async (_, shard) => {
    const found: Item[] = [];
    const pk = listPk(program, declaration.kind, shard);
    for await (const page of table.query({ pk, index: "list", limit, after })) found.push(...page);
    return found;
  });
  return (await Promise.all(shards))
    .flat()
    .map((item) => fromItem(declaration, item).record)
    .toSorted((a, b) => (position(a) < position(b) ? -1 : 1))
    .slice(0, limit);
}
