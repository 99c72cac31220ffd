import { atOnce } from "../at-once.ts";
import type { Item, Place, Table } from "../ports.ts";
import { historyPk } from "../records/place.ts";
import type { BaseRecord, Declaration } from "../records/record.ts";
import { formerLives, graveOf, isGrave, livedAt } from "./removal.ts";
import { attribute, fromImage, MOVED, type Stored } from "./stored.ts";

/** A record as it was at some instant, with the declaration that tells its kind. */
export interface PastRecord<R extends BaseRecord = BaseRecord> {
  readonly kind: string;
  /** Where it was found in its collection: reading on from there misses nothing and repeats nothing. */
  readonly sk: string;
  readonly record: R;
}

/** Which part of a collection is read. */
export interface CollectionRange {
  readonly pk: string;
  readonly begins?: string;
  /** Start behind this sort key. */
  readonly after?: string;
}

/** Records whose history is looked up at once. */
const HISTORIES_AT_ONCE = 8;

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
  range: CollectionRange,
  at: number,
): AsyncGenerator<readonly PastRecord[]> {
  /** Where the last record was found. */
  let told = range.after;
  for await (const page of table.query(range)) {
    const found: { readonly item: Item; readonly one: PastRecord | undefined }[] = [];
    const changed: { readonly index: number; readonly item: Item; readonly declaration: Declaration }[] = [];
    for (const item of page) {
      const declaration = declarations.get(attribute(item, "_kind"));
      if (declaration === undefined) continue;
      const isPresent = Number(item["_at"]) <= at && !isGrave(item);
      if (!isPresent) changed.push({ index: found.length, item, declaration });
      found.push({ item, one: isPresent ? past(declaration, item, present(declaration, item)) : undefined });
    }
    await atOnce(HISTORIES_AT_ONCE, changed, async ({ index, item, declaration }) => {
      const one = past(declaration, item, await formerAt(table, declaration, item, at));
      found[index] = { item, one };
    });
    yield found.flatMap(({ item, one }) => {
      // Taken out since its place was read, a record comes by once more, in its grave.
      if (one === undefined || (isGrave(item) && graveOf(item).sk === told)) return [];
      told = item.sk;
      return [one];
    });
  }
}

const past = ({ kind }: Declaration, { sk }: Item, record: BaseRecord | undefined): PastRecord | undefined =>
  record && { kind, sk, record };

/** What an item that has changed since an instant, or that tells of a removal, was at that instant. */
async function formerAt(table: Table, declaration: Declaration, item: Item, at: number) {
  if (isGrave(item)) {
    if (!livedAt(item, at)) return undefined;
    const [program = ""] = item.pk.split("/");
    const record = await removedAsOf(table, declaration, program, attribute(item, "key"), at);
    return record && isAt(declaration.place(record), graveOf(item)) ? record : undefined;
  }
  if (Number(item["_rev"]) === CREATED) return undefined;
  const [program = ""] = item.pk.split("/");
  const record = await imageAsOf(table, declaration, program, attribute(item, "key"), at);
  return record && isAt(declaration.place(record), item) ? record : undefined;
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

const isAt = (one: Place, other: Place): boolean => one.pk === other.pk && one.sk === other.sk;

/**
 * A record that has changed since an instant, as it was then; also one that is taken out between the reading of its place
 * and of its history.
 */
async function imageAsOf<R extends BaseRecord>(
  table: Table,
  declaration: Declaration<R>,
  program: string,
  key: string,
  at: number,
): Promise<R | undefined> {
  for await (const page of table.query({ pk: historyPk(program, declaration.kind, key), newestFirst: true })) {
    for (const item of page) {
      if (isGrave(item) ? livedAt(item, at) : Number(item["_at"]) <= at) return imageIn(declaration, item);
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
