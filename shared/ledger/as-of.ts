import type { Item, Place, Table } from "../ports.ts";
import { historyPk } from "../records/place.ts";
import type { BaseRecord, Declaration } from "../records/record.ts";
import { formerLives, graveOf, isGrave, livedAt } from "./removal.ts";
import { attribute, fromImage, MOVED, type Stored } from "./stored.ts";

/** A record as it was at some instant, with the declaration that tells its kind. */
export interface PastRecord<R extends BaseRecord = BaseRecord> {
  readonly kind: string;
  readonly record: R;
}

/** Tells a record's kind by its declaration. */
export const isOf = <R extends BaseRecord>({ kind }: Declaration<R>, found: PastRecord): found is PastRecord<R> =>
  found.kind === kind;

/** The revision that has no history: a record that was made since an instant is known by it without another read. */
const CREATED = 1;

/**
 * The records that lived in a collection at an instant, in key order: what changed since is read from its history,
 * what came since is left out, what has moved away since is still here. A change at the very instant is part of it.
 */
export async function* collectionAsOf(
  table: Table,
  declarations: ReadonlyMap<string, Declaration>,
  query: { pk: string; begins?: string },
  at: number,
): AsyncGenerator<PastRecord> {
  for await (const page of table.query(query)) {
    for (const item of page) {
      const declaration = declarations.get(attribute(item, "_kind"));
      if (declaration === undefined) continue;
      const record = await livingAt(table, declaration, item, at);
      if (record !== undefined) yield { kind: declaration.kind, record };
    }
  }
}

async function livingAt(table: Table, declaration: Declaration, item: Item, at: number) {
  if (isGrave(item)) {
    if (!livedAt(item, at)) return undefined;
    const [program = ""] = item.pk.split("/");
    const record = await removedAsOf(table, declaration, program, attribute(item, "key"), at);
    return record && isAt(declaration.place(record), graveOf(item)) ? record : undefined;
  }
  return Number(item["_at"]) <= at ? present(declaration, item) : past(table, declaration, item, at);
}

/** The record that an item keeps the image of. */
export function imageIn<R extends BaseRecord>(declaration: Declaration<R>, { image }: Item): R | undefined {
  if (typeof image !== "object" || image === null || Array.isArray(image)) return undefined;
  return fromImage(declaration, Object.fromEntries(Object.entries(image)));
}

/** A record that has been removed since an instant, as it was then. */
export async function removedAsOf<R extends BaseRecord>(
  table: Table,
  declaration: Declaration<R>,
  program: string,
  key: string,
  at: number,
): Promise<R | undefined> {
  for await (const page of table.query(formerLives(program, declaration.kind, key))) {
    for (const life of page) if (livedAt(life, at)) return imageIn(declaration, life);
  }
  return undefined;
}

const present = (declaration: Declaration, item: Item) =>
  item[MOVED] === true ? undefined : fromImage(declaration, item);

async function past(table: Table, declaration: Declaration, item: Item, at: number): Promise<BaseRecord | undefined> {
  if (Number(item["_rev"]) === CREATED) return undefined;
  const [program = ""] = item.pk.split("/");
  const record = await imageAsOf(table, declaration, program, attribute(item, "key"), at);
  if (record === undefined) return undefined;
  return isAt(declaration.place(record), item) ? record : undefined;
}

const isAt = (one: Place, other: Place): boolean => one.pk === other.pk && one.sk === other.sk;

/** A record that has changed since an instant, as it was then. */
async function imageAsOf<R extends BaseRecord>(
  table: Table,
  declaration: Declaration<R>,
  program: string,
  key: string,
  at: number,
): Promise<R | undefined> {
  for await (const page of table.query({ pk: historyPk(program, declaration.kind, key), newestFirst: true })) {
    for (const item of page) {
      if (Number(item["_at"]) > at || isGrave(item)) continue;
      return imageIn(declaration, item);
    }
  }
  return undefined;
}

/** A record as it was at an instant; undefined when it came later. */
export async function recordAsOf<R extends BaseRecord>(
  table: Table,
  declaration: Declaration<R>,
  { record, rev, at: changed }: Stored<R>,
  at: number,
): Promise<R | undefined> {
  if (changed <= at) return record;
  return rev === CREATED ? undefined : imageAsOf(table, declaration, record.program, record.key, at);
}
