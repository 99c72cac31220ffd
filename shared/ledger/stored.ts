import { INDEXES, LIST_SHARDS } from "../names.ts";
import type { Item, Place, Value } from "../ports.ts";
import { listPk, ownedPk, shardOf, sortable, timed } from "../records/place.ts";
import type { BaseRecord, Declaration } from "../records/record.ts";

/** A record as it is kept: with its revision, the instant and the mark of the change that made it. */
export interface Stored<R> {
  readonly record: R;
  readonly place: Place;
  /** 1 for a record as created, one more with every change. */
  readonly rev: number;
  readonly at: number;
  /** Names the one change that wrote this revision, such as an import's row; a repeated change finds its own mark. */
  readonly mark: string;
}

export interface Revision {
  readonly rev: number;
  readonly at: number;
  readonly mark: string;
}

/** The attribute that says a record has moved elsewhere, and that its place stays taken. */
export const MOVED = "_moved";

/** A text attribute; empty where there is none. */
export function attribute(item: Readonly<Record<string, Value | undefined>>, name: string): string {
  const value = item[name];
  return typeof value === "string" ? value : "";
}

/** Nulls are left out: an absent attribute reads back as null. */
function addDefined(to: Record<string, Value>, record: object): void {
  const fields: Readonly<Record<string, Value | null | undefined>> = { ...record };
  for (const field in fields) {
    const value = fields[field];
    if (value !== null && value !== undefined) to[field] = value;
  }
}

/** The item of a record. */
export function toItem(declaration: Declaration, record: BaseRecord, revision: Revision): Item {
  const { pk, sk } = declaration.place(record);
  // Items are many, and are made fast by beginning all of them alike.
  const item: Record<string, Value> & Place = {
    pk,
    sk,
    _kind: declaration.kind,
    _rev: revision.rev,
    _at: revision.at,
    _mark: revision.mark,
  };
  addDefined(item, record);
  addToIndexes(item, declaration, record);
  return item;
}

function addToIndexes(item: Record<string, Value>, declaration: Declaration, record: BaseRecord): void {
  const { kind, listed, listedByUpdate = false, owned, searched } = declaration;
  const { program, key, created_at, updated_at } = record;
  const put = ({ pk, sk }: { readonly pk: string; readonly sk: string }, partition: string, sort: string) => {
    item[pk] = partition;
    item[sk] = sort;
  };
  const shard = listPk(program, kind, shardOf(key, LIST_SHARDS));
  if (listed) put(INDEXES.list, shard, timed(created_at, key));
  if (listedByUpdate) put(INDEXES.updated, shard, timed(updated_at, key));
  const owner = owned && "partnership" in owned ? owned.partnership(record) : null;
  if (owner !== null) put(INDEXES.owned, ownedPk(program, kind, owner), timed(created_at, key));
  if (searched) {
    put(INDEXES.search, shard, namePosition(declaration, record));
    item[INDEXES.search.includes[0]] = searched.text(record);
  }
}

/** Where a record stands in a list by names. */
export const namePosition = <R extends BaseRecord>({ searched }: Pick<Declaration<R>, "searched">, record: R): string =>
  sortable(`${searched?.order(record) ?? ""}#${record.key}`);

/** A record's own attributes, with null where nothing is stored. Throws when they no longer fit the declaration. */
export function fromImage<R extends BaseRecord>(
  declaration: Declaration<R>,
  image: Readonly<Record<string, Value | undefined>>,
): R {
  const raw: Record<string, unknown> = {};
  for (const field in declaration.schema.shape) raw[field] = image[field] ?? null;
  const parsed = declaration.schema.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(
      `stored ${declaration.kind} ${attribute(image, "key")} does not fit its declaration: ${issue?.path.join(".")} ${issue?.message}`,
    );
  }
  return parsed.data;
}

export const fromItem = <R extends BaseRecord>(declaration: Declaration<R>, item: Item): Stored<R> => ({
  record: fromImage(declaration, item),
  place: { pk: item.pk, sk: item.sk },
  rev: Number(item["_rev"]),
  at: Number(item["_at"]),
  mark: attribute(item, "_mark"),
});

export function imageOf(record: object): Record<string, Value> {
  const image: Record<string, Value> = {};
  addDefined(image, record);
  return image;
}
