import type { Item, Place, Table, Write } from "../../shared/ports.ts";

const PAGE_ITEMS = 1500;

/** A table that only answers, at the cost of finding a page: what is measured on it is the work of its reader. */
export interface PageTable extends Table {
  /** Sorts what was written, once. */
  seal(): void;
}

export function createPageTable(): PageTable {
  const partitions = new Map<string, Item[]>();
  const byPlace = new Map<string, Item>();
  const idOf = ({ pk, sk }: Place): string => `${pk}\n${sk}`;
  const put = (item: Item) => {
    const partition = partitions.get(item.pk) ?? [];
    partitions.set(item.pk, partition);
    if (!byPlace.has(idOf(item))) partition.push(item);
    byPlace.set(idOf(item), item);
  };
  const apply = (write: Write) => {
    if ("put" in write) put(write.put);
    if ("update" in write) put({ ...byPlace.get(idOf(write.update)), ...write.update, ...write.set });
  };
  return {
    seal() {
      for (const partition of partitions.values()) partition.sort((a, b) => (a.sk < b.sk ? -1 : 1));
    },
    get: async (places) => places.map((place) => byPlace.get(idOf(place))),
    async *query({ pk, begins = "" }) {
      const found = (partitions.get(pk) ?? []).filter(({ sk }) => sk.startsWith(begins));
      for (let at = 0; at < found.length; at += PAGE_ITEMS)
        yield found
          .slice(at, at + PAGE_ITEMS)
          .map(({ pk: home, sk }) => byPlace.get(idOf({ pk: home, sk })) ?? { pk: home, sk });
    },
    async write(write) {
      apply(write);
      return true;
    },
    async insert(items) {
      for (const item of items) put(item);
      return items.map(() => true);
    },
    async transact(writes) {
      for (const write of writes) apply(write);
      return [];
    },
  };
}
