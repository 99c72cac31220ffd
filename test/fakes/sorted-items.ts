import type { Item, Place } from "../../shared/ports.ts";

/** Items of one partition in the order of their sort keys, which is that of their bytes. */
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
  const items = new Map<string, Entry>();
  let sorted: Entry[] | undefined;
  // In an index several items may have the same sort key.
  const idOf = (sk: string, place: Place) => JSON.stringify([sk, place.pk, place.sk]);
  return {
    put(sk, item) {
      items.set(idOf(sk, item), { sk, item });
      sorted = undefined;
    },
    remove(sk, place) {
      items.delete(idOf(sk, place));
      sorted = undefined;
    },
    all() {
      sorted ??= [...items.values()].toSorted(byKeys);
      return sorted;
    },
  };
}

function byKeys(a: Entry, b: Entry): number {
  return compareBytes(a.sk, b.sk) || compareBytes(a.item.pk, b.item.pk) || compareBytes(a.item.sk, b.item.sk);
}

/** DynamoDB's order of strings. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
