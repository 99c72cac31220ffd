import { isDeepStrictEqual } from "node:util";
import { INDEXES, type IndexName, TABLE_KEYS } from "../../shared/names.ts";
import type { Item } from "../../shared/ports.ts";
import { sizeOfItem } from "./item-size.ts";

/** Capacity units that DynamoDB would charge. */
export interface Units {
  read: number;
  write: number;
}

const WRITE_UNIT = 1024;
const READ_UNIT = 4096;

/** A write is charged for the larger of what was and what is, and again in each index whose entry it changes. */
export function writeUnits(before: Item | undefined, after: Item | undefined, transactional: boolean): number {
  const table = Math.max(kilobytes(before), kilobytes(after), 1);
  const indexes = INDEX_NAMES.map((name) => indexUnits(name, before, after));
  return table * (transactional ? 2 : 1) + indexes.reduce((sum, units) => sum + units, 0);
}

/** A consistent read of so many bytes; reads of an index are not consistent and cost half. */
export const readUnits = (bytes: number, consistent = true): number =>
  Math.max(Math.ceil(bytes / READ_UNIT), 1) * (consistent ? 1 : 0.5);

const INDEX_NAMES: readonly IndexName[] = ["list", "owned", "updated", "search"];

function indexUnits(name: IndexName, before: Item | undefined, after: Item | undefined): number {
  const { pk, sk } = INDEXES[name];
  const was = indexed(name, before);
  const is = indexed(name, after);
  if (was === undefined) return kilobytes(is);
  if (is === undefined) return kilobytes(was);
  if (isDeepStrictEqual(was, is)) return 0;
  const stays = was[pk] === is[pk] && was[sk] === is[sk];
  // An entry whose key changes is deleted and written anew.
  return stays ? Math.max(kilobytes(was), kilobytes(is)) : kilobytes(was) + kilobytes(is);
}

/** Where an item stands in an index that has it. */
export function indexKeys(name: IndexName, item: Item): { readonly pk: string; readonly sk: string } | undefined {
  const { [INDEXES[name].pk]: pk, [INDEXES[name].sk]: sk } = item;
  return typeof pk === "string" && typeof sk === "string" ? { pk, sk } : undefined;
}

/** The entry that an index has of an item: all of it, or what the index includes beside the keys. */
export function indexed(name: IndexName, item: Item | undefined): Item | undefined {
  const { pk, sk, includes } = INDEXES[name];
  if (item === undefined || indexKeys(name, item) === undefined) return undefined;
  if (includes === null) return item;
  const kept = new Set<string>([pk, sk, TABLE_KEYS.pk, TABLE_KEYS.sk, ...includes]);
  return Object.fromEntries(Object.entries(item).filter(([attribute]) => kept.has(attribute))) as Item;
}

const kilobytes = (item: Item | undefined): number =>
  item === undefined ? 0 : Math.ceil(sizeOfItem(item) / WRITE_UNIT);
