import { findByKey, type PlacedByKey } from "../access/find-by-key.ts";
import { CallerError } from "../errors.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { type Lane, type ListOrder, partnerLanes, positionAt, positionIn, programLanes } from "../ledger/listing.ts";
import type { Stored } from "../ledger/stored.ts";
import type { BaseRecord, Declaration } from "../records/record.ts";
import { type QueryValues, readPageRequest, readSpan, type Span } from "./page-request.ts";
import { notOneOf } from "./validated.ts";

/** Once a page has something on it, looking on for more of what a filter asks for ends after so many records. */
const MOST_LOOKED_AT = 2_500;

/** With nothing found yet: as many as can be looked at before the caller gives up waiting. */
const MOST_LOOKED_AT_IN_VAIN = 250_000;

/** What a page holds of records at most: an answer tells a record's own fields three times, and may have 6 MB. */
const MOST_PAGE_BYTES = 1_000_000;

/** One page of a list. */
export interface Page<R> {
  readonly items: readonly R[];
  /** Whether there are more behind these, or may be: a page that was looked for may end before it is full, never before it has an item. */
  readonly has_more: boolean;
  /** Where looking ended before the page was full: going on from this key saves looking at the same records again. */
  readonly looked_to?: string;
}

/** What of the ledger lists are read with. */
export type ListReader = Pick<Ledger, "find" | "history" | "listing" | "now" | "read" | "removed">;

interface Dependencies {
  readonly ledger: ListReader;
}

export interface ListOptions<R> {
  /** Only this partner's. */
  readonly partnership?: string | undefined;
  /** Lanes of another list, by creation, instead of the program's or the partner's. */
  readonly lanes?: readonly Lane[] | undefined;
  /** Whether a record is asked for; all are without it. */
  readonly isAskedFor?: ((record: R) => boolean | Promise<boolean>) | undefined;
  /** How many records are looked at with nothing found yet, where each of them takes reads of its own. */
  readonly mostInVain?: number | undefined;
  /** The record that a cursor names; by its key, unless said otherwise. */
  readonly find?: (key: string) => Promise<Stored<R> | undefined>;
}

/**
 * One page of the program's records of a kind: `limit`, `starting_after`, `ending_before`, `order_by`, and the four dates.
 * Newest first, unless the query says otherwise; by the last change, where only that is asked for. A cursor is the key of
 * a record, which may have been archived or removed since.
 */
export async function listPage<R extends BaseRecord>(
  ledger: ListReader,
  declaration: Declaration<R>,
  program: string,
  query: QueryValues,
  options: ListOptions<R> = {},
): Promise<Page<R>> {
  const { limit, startingAfter, endingBefore } = readPageRequest(query);
  const spans = { created_at: readSpan(query, "created"), updated_at: readSpan(query, "updated") };
  const { order, latestFirst } = readOrder(declaration, query, options);
  const isBackward = endingBefore !== undefined;
  const descends = latestFirst !== isBackward;
  const [parameter, cursor] = isBackward ? ["ending_before", endingBefore] : ["starting_after", startingAfter];
  const from =
    cursor === undefined
      ? undefined
      : await cursorPosition(ledger, declaration, program, { parameter, key: cursor, order, descends }, options);
  const page = await read(ledger, declaration, {
    lanes: lanesOf(declaration, program, order, options),
    after: startOf(from, spans[order], descends),
    descends,
    limit,
    order,
    spans,
    isAskedFor: isAskedFor(order, spans, options),
    mostInVain: options.mostInVain ?? MOST_LOOKED_AT_IN_VAIN,
  });
  return isBackward ? { ...page, items: page.items.toReversed() } : page;
}

/** One page of the program's records of a kind whose place follows from their key, newest first. */
export const pageOf = <R extends BaseRecord>(
  { ledger }: Dependencies,
  declaration: PlacedByKey<R>,
  program: string,
  query: QueryValues,
  isWanted?: (record: R) => boolean,
): Promise<Page<R>> =>
  listPage(ledger, declaration, program, query, {
    isAskedFor: isWanted,
    find: (key) => findByKey<R>(ledger, declaration, program, key),
  });

/** Records in the order of lists. */
export const newestFirst = <R extends BaseRecord>(records: readonly R[]): R[] =>
  records.toSorted((a, b) => (positionIn("created_at", a) < positionIn("created_at", b) ? 1 : -1));

/** One page of a list that is there as a whole. */
export function pageOfAll<R extends { readonly key: string }>(all: readonly R[], query: QueryValues): Page<R> {
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

type Spans = Readonly<Record<ListOrder, Span | undefined>>;

const ORDERS = ["-created_at", "created_at", "-updated_at", "updated_at"] as const;

function readOrder<R>(
  { listedByUpdate = false }: Pick<Declaration, "listedByUpdate">,
  query: QueryValues,
  { lanes, partnership }: ListOptions<R>,
): { readonly order: ListOrder; readonly latestFirst: boolean } {
  // A partner's records are listed by their creation alone: by their last change, all of the program's would have to be looked at.
  const mayByUpdate = listedByUpdate && lanes === undefined && partnership === undefined;
  const allowed = ORDERS.filter((order) => order.endsWith("created_at") || mayByUpdate);
  const { order_by } = query;
  if (order_by === undefined) {
    // Who asks for what has changed since their last visit is not to wait for a walk through everything.
    const isOfChanges =
      listedByUpdate &&
      lanes === undefined &&
      partnership === undefined &&
      readSpan(query, "updated") !== undefined &&
      readSpan(query, "created") === undefined;
    return { order: isOfChanges ? "updated_at" : "created_at", latestFirst: true };
  }
  const found = allowed.find((order) => order === order_by);
  if (found === undefined) throw new CallerError("invalid", notOneOf(order_by, allowed), "order_by");
  return { order: found.endsWith("updated_at") ? "updated_at" : "created_at", latestFirst: found.startsWith("-") };
}

function lanesOf<R extends BaseRecord>(
  declaration: Declaration<R>,
  program: string,
  order: ListOrder,
  { lanes, partnership }: ListOptions<R>,
): readonly Lane[] {
  if (lanes !== undefined) return lanes;
  return partnership === undefined
    ? programLanes(declaration, program, order)
    : partnerLanes(declaration, program, partnership);
}

/** What no lane asks for by itself. */
function isAskedFor<R extends BaseRecord>(
  order: ListOrder,
  spans: Spans,
  { isAskedFor: isWanted }: ListOptions<R>,
): ((record: R) => boolean | Promise<boolean>) | undefined {
  const other = order === "created_at" ? "updated_at" : "created_at";
  const span = spans[other];
  if (span === undefined) return isWanted;
  return (record) => isWithin(span, record[other]) && (isWanted === undefined || isWanted(record));
}

const isWithin = ({ from, to }: Span, instant: number): boolean => instant >= from && instant <= to;

interface Cursor {
  readonly parameter: string;
  readonly key: string;
  readonly order: ListOrder;
  readonly descends: boolean;
}

/** Keys that somebody made up may be longer than a table key can be. */
const LONGEST_KEY = 255;

/** How long a client may take from one page to the next, in a list whose records move as they change. */
const BETWEEN_PAGES_MS = 60_000;

async function cursorPosition<R extends BaseRecord>(
  ledger: Dependencies["ledger"],
  declaration: Declaration<R>,
  program: string,
  { parameter, key, order, descends }: Cursor,
  {
    partnership,
    find = async (wanted) => (await ledger.find(declaration, program, "key", [wanted]))[0],
  }: ListOptions<R>,
): Promise<string> {
  if (key === "" || key.length > LONGEST_KEY) throw notInList(parameter);
  const stored = await find(key);
  if (stored === undefined) {
    const removed = await ledger.removed(declaration, program, key);
    if (removed === undefined || !isOf(removed, partnership)) throw notInList(parameter);
    return positionIn(order, removed);
  }
  if (!isOf(stored.record, partnership) && !(await wasOf(ledger, declaration, stored, partnership))) {
    throw notInList(parameter);
  }
  // A record that has changed since its page was read stands further on by now. What it jumped over must not be missed:
  // rather is some of it told twice, for as long as the change may have come in between.
  const mayHaveJumped =
    order === "updated_at" && !descends && stored.rev > 1 && stored.at > ledger.now() - BETWEEN_PAGES_MS;
  const revisions = mayHaveJumped ? await ledger.history(declaration, stored) : [];
  const seen = revisions.findLast(({ at }) => at <= ledger.now() - BETWEEN_PAGES_MS) ?? revisions[0] ?? stored;
  return positionIn(order, seen.record);
}

/** Whether a record is this partner's, where only a partner's are asked for. */
const isOf = (record: BaseRecord, partnership: string | undefined): boolean =>
  partnership === undefined || ("partnership_key" in record && record.partnership_key === partnership);

/** Whether it was at some time, as a customer's that has gone to another since a page was read. */
async function wasOf<R extends BaseRecord>(
  ledger: Pick<Ledger, "history">,
  declaration: Declaration<R>,
  stored: Stored<R>,
  partnership: string | undefined,
): Promise<boolean> {
  const revisions = stored.rev > 1 ? await ledger.history(declaration, stored) : [];
  return revisions.some(({ record }) => isOf(record, partnership));
}

/** Behind the cursor, and within the dates that are asked for. */
function startOf(from: string | undefined, span: Span | undefined, descends: boolean): string | undefined {
  const edge = span === undefined ? undefined : descends ? span.to + 1 : span.from;
  if (edge === undefined || !Number.isFinite(edge)) return from;
  const start = positionAt(Math.min(Math.max(0, edge), LAST_INSTANT));
  if (from === undefined) return start;
  return descends === from < start ? from : start;
}

/** Thirteen digits. */
const LAST_INSTANT = 9_999_999_999_999;

interface Reading<R> {
  readonly lanes: readonly Lane[];
  readonly after: string | undefined;
  readonly descends: boolean;
  readonly limit: number;
  readonly order: ListOrder;
  readonly spans: Spans;
  readonly isAskedFor: ((record: R) => boolean | Promise<boolean>) | undefined;
  readonly mostInVain: number;
}

async function read<R extends BaseRecord>(
  ledger: Pick<Ledger, "listing">,
  declaration: Declaration<R>,
  { lanes, after, descends, limit, order, spans, isAskedFor: isWanted, mostInVain }: Reading<R>,
): Promise<Page<R>> {
  const span = spans[order];
  const about = aboutFor(limit, isWanted);
  const records = ledger.listing(declaration, lanes, { after, newestFirst: descends, about });
  const isPast = span && ((record: R) => !isWithin(span, record[order]));
  return takePage(records, { limit, isAskedFor: isWanted, isPast, mostInVain });
}

/** About how many records are read for a page. */
export const aboutFor = (limit: number, isWanted: unknown): number => (limit + 1) * (isWanted === undefined ? 1 : 2);

interface Taking<R> {
  readonly limit: number;
  readonly isAskedFor?: ((record: R) => boolean | Promise<boolean>) | undefined;
  /** Whether a record, and all behind it, is out of what is asked for. */
  readonly isPast?: ((record: R) => boolean) | undefined;
  /** How many are looked at while none is found. */
  readonly mostInVain?: number;
}

/** A page of what comes in the order of a list. */
export async function takePage<R extends BaseRecord>(
  records: AsyncIterable<{ readonly record: R }>,
  { limit, isAskedFor: isWanted, isPast, mostInVain = MOST_LOOKED_AT_IN_VAIN }: Taking<R>,
): Promise<Page<R>> {
  const items: R[] = [];
  let lookedAt = 0;
  let bytes = 0;
  for await (const { record } of records) {
    if (isPast?.(record) === true) break;
    lookedAt += 1;
    if (isWanted === undefined || (await isWanted(record))) {
      bytes += Buffer.byteLength(JSON.stringify(record));
      if (items.length === limit || (bytes > MOST_PAGE_BYTES && items.length > 0)) return { items, has_more: true };
      items.push(record);
    }
    if (lookedAt >= MOST_LOOKED_AT && items.length > 0 && isWanted !== undefined) {
      return { items, has_more: true, looked_to: record.key };
    }
    if (lookedAt >= mostInVain && items.length === 0) {
      throw new CallerError(
        "invalid",
        `none of ${lookedAt} items is what is asked for: narrow the list by its dates, or go on with starting_after=${record.key}`,
        "starting_after",
      );
    }
  }
  return { items, has_more: false };
}
