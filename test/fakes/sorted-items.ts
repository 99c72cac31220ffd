import type { Item, Place } from "../../shared/ports.ts";

/** Items of one partition in the order of their sort keys; in an index, several may have the same. */
export interface SortedItems {
  put(sk: string, item: Item): void;
  remove(sk: string, place: Place): void;
  all(): readonly Entry[];
}

export interface Entry {
  readonly sk: string;
  readonly item: Item;
}

export function createSortedItems(): SortedItems {
  const entries: Entry[] = [];

  /** Where the entry is, or belongs. */
  function find(sk: string, place: Place): { at: number; isThere: boolean } {
    let [from, to] = [0, entries.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      const order = compareEntry(entries[middle], sk, place);
      if (order === 0) return { at: middle, isThere: true };
      if (order < 0) from = middle + 1;
      else to = middle;
    }
    return { at: from, isThere: false };
  }

  return {
    put(sk, item) {
      const { at, isThere } = find(sk, item);
      entries.splice(at, isThere ? 1 : 0, { sk, item });
    },
    remove(sk, place) {
      const { at, isThere } = find(sk, place);
      if (isThere) entries.splice(at, 1);
    },
    // A reader's copy: what comes and goes must not move under it.
    all: () => entries.slice(),
  };
}

function compareEntry(entry: Entry | undefined, sk: string, place: Place): number {
  if (entry === undefined) return 1;
  return compareKeys(entry.sk, sk) || compareKeys(entry.item.pk, place.pk) || compareKeys(entry.item.sk, place.sk);
}

/** DynamoDB's order of strings, that of their UTF-8 bytes. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference = rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Surrogates stand for characters behind all others, though their own numbers are lower. */
const rank = (unit: number): number => {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
};
