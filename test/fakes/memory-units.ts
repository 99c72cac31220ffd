import { isDeepStrictEqual } from "node:util";
import { LIST_INDEX } from "../../shared/names.ts";
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
  return table * (transactional ? 2 : 1) + indexUnits(before, after);
}

/** A consistent read of so many bytes; reads of an index are not consistent and cost half. */
export const readUnits = (bytes: number, consistent = true): number =>
  Math.max(Math.ceil(bytes / READ_UNIT), 1) * (consistent ? 1 : 0.5);

function indexUnits(before: Item | undefined, after: Item | undefined): number {
  const was = indexed(before);
  const is = indexed(after);
  if (was === undefined) return kilobytes(is);
  if (is === undefined) return kilobytes(was);
  if (isDeepStrictEqual(was, is)) return 0;
  const stays = was[LIST_INDEX.pk] === is[LIST_INDEX.pk] && was[LIST_INDEX.sk] === is[LIST_INDEX.sk];
  // An entry whose key changes is deleted and written anew.
  return stays ? Math.max(kilobytes(was), kilobytes(is)) : kilobytes(was) + kilobytes(is);
}

const indexed = (item: Item | undefined): Item | undefined =>
  item?.[LIST_INDEX.pk] === undefined || item[LIST_INDEX.sk] === undefined ? undefined : item;

const kilobytes = (item: Item | undefined): number =>
  item === undefined ? 0 : Math.ceil(sizeOfItem(item) / WRITE_UNIT);
