import type { Item, Place, Query, Table, Write } from "../ports.ts";
import { applied, conditionHolds, placeOf } from "./apply-write.ts";

/** A table that is only read. */
export type ReadTable = Pick<Table, "get" | "query">;

/** An item that would be there, or would be gone. */
export type Written = { readonly place: Place; readonly item: Item | undefined };

export interface Overlay extends Table {
  /** What was written, in no order. */
  written(): Written[];
}

/** A table whose writes stay in memory, over one that is only read: what is decided on it is what would happen. */
export function createOverlay(base: ReadTable): Overlay {
  const own = new Map<string, Map<string, Item | undefined>>();
  const isOwn = ({ pk, sk }: Place) => own.get(pk)?.has(sk) === true;

  async function get(places: readonly Place[]): Promise<(Item | undefined)[]> {
    const missing = places.filter((place) => !isOwn(place));
    const found = missing.length === 0 ? [] : await base.get(missing);
    const read = new Map(missing.map((place, at) => [place, found[at]]));
    // What was written meanwhile goes first.
    return places.map((place) => (isOwn(place) ? own.get(place.pk)?.get(place.sk) : read.get(place)));
  }

  function keep({ pk, sk }: Place, item: Item | undefined): void {
    const partition = own.get(pk) ?? new Map<string, Item | undefined>();
    own.set(pk, partition);
    partition.set(sk, item);
  }

  async function transact(writes: readonly Write[]): Promise<number[]> {
    const places = writes.map(placeOf);
    const before = await get(places);
    // Another write may have come while the base was read.
    const now = places.map((place, at) => (isOwn(place) ? own.get(place.pk)?.get(place.sk) : before[at]));
    const failed = writes.flatMap(({ when }, at) => (conditionHolds(when, now[at]) ? [] : [at]));
    if (failed.length > 0) return failed;
    for (const [at, write] of writes.entries()) {
      const [place, stored] = [places[at], now[at]];
      const after = applied(write, stored);
      if (place !== undefined && after !== stored) keep(place, after);
    }
    return [];
  }

  return {
    get,
    async *query(query) {
      const partition = query.index === undefined ? own.get(query.pk) : undefined;
      if (partition === undefined) yield* base.query(query);
      else yield merged(await all(base, query), partition, query);
    },
    write: async (write) => (await transact([write])).length === 0,
    async insert(items) {
      const before = await get(items);
      return items.map((item, at) => {
        const stored = isOwn(item) ? own.get(item.pk)?.get(item.sk) : before[at];
        if (stored === undefined) keep({ pk: item.pk, sk: item.sk }, item);
        return stored === undefined;
      });
    },
    transact,
    written: () =>
      [...own].flatMap(([pk, partition]) => [...partition].map(([sk, item]) => ({ place: { pk, sk }, item }))),
  };
}

/** All of a partition that a query is about, however much of it the query wants. */
export async function all(base: ReadTable, { pk, begins }: Query): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of base.query({ pk, ...(begins !== undefined && { begins }) })) items.push(...page);
  return items;
}

/** The items of a partition as a query gives them, with those of `over` in place of the stored ones. */
export function merged(
  stored: readonly Item[],
  over: ReadonlyMap<string, Item | undefined>,
  { begins = "", after, newestFirst = false, limit = Infinity }: Query,
): Item[] {
  const bySk = new Map<string, Item | undefined>(stored.map((item) => [item.sk, item]));
  for (const [sk, item] of over) if (sk.startsWith(begins)) bySk.set(sk, item);
  const inOrder = [...bySk]
    .toSorted(([a], [b]) => compareKeys(a, b) * (newestFirst ? -1 : 1))
    .filter(([sk]) => after === undefined || (newestFirst ? compareKeys(sk, after) < 0 : compareKeys(sk, after) > 0));
  return inOrder.flatMap(([, item]) => (item === undefined ? [] : [item])).slice(0, limit);
}

/** DynamoDB sorts keys by their UTF-8 bytes. */
export const compareKeys = (a: string, b: string): number =>
  a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
