import { CallerError } from "../errors.ts";
import type { BaseRecord } from "../records/record.ts";
import { type QueryValues, readPageRequest, readSpan } from "./page-request.ts";
import type { Page } from "./paging.ts";
import { readChoice } from "./validated.ts";

const ORDERS = ["-created_at", "created_at", "-updated_at", "updated_at"] as const;

/** One page of records of which a program or a partner has few, all of them at hand: cursors, order and dates as in every list. */
export function pageOfFew<R extends BaseRecord>(
  all: readonly R[],
  query: QueryValues,
  isWanted: (record: R) => boolean = () => true,
): Page<R> {
  const { limit, startingAfter, endingBefore } = readPageRequest(query);
  const spans = [
    ["created_at", readSpan(query, "created")],
    ["updated_at", readSpan(query, "updated")],
  ] as const;
  const order = readChoice(query, "order_by", ORDERS) ?? "-created_at";
  const by = order.endsWith("created_at") ? "created_at" : "updated_at";
  const direction = order.startsWith("-") ? -1 : 1;
  const sorted = all.toSorted((a, b) => direction * (a[by] - b[by] || (a.key < b.key ? -1 : 1)));
  const indexOf = (parameter: string, key: string): number => {
    const at = sorted.findIndex((record) => record.key === key);
    if (at < 0) throw new CallerError("invalid", `'${parameter}' is the key of no item of this list`, parameter);
    return at;
  };
  const isAskedFor = (record: R): boolean =>
    isWanted(record) &&
    spans.every(([field, span]) => span === undefined || (record[field] >= span.from && record[field] <= span.to));
  if (endingBefore !== undefined) {
    const before = sorted.slice(0, indexOf("ending_before", endingBefore)).filter(isAskedFor);
    return { items: before.slice(-limit), has_more: before.length > limit };
  }
  const from = startingAfter === undefined ? 0 : indexOf("starting_after", startingAfter) + 1;
  const behind = sorted.slice(from).filter(isAskedFor);
  return { items: behind.slice(0, limit), has_more: behind.length > limit };
}
