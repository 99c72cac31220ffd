import { conditionHolds, placeOf } from "../../shared/ledger/apply-write.ts";
import { INDEXES, type IndexName } from "../../shared/names.ts";
import { NotWritten } from "../../shared/errors.ts";
import type { Item, Place, Query, Table, Write, WriteLimit } from "../../shared/ports.ts";
import { sizeOfItem } from "./item-size.ts";
import { createKillSwitch, type KillSwitch } from "./kill-switch.ts";
import { applied, Invalid, requirePlace, requireValid } from "./memory-rules.ts";
import { indexed, indexKeys, readUnits, type Units, writeUnits } from "./memory-units.ts";
import { compareKeys, createSortedItems, type Entry, type SortedItems } from "./sorted-items.ts";

const PAGE_BYTES = 1024 * 1024;
const TRANSACTION_WRITES = 100;

/** A table in memory, with what tests want to see and to break. */
export interface MemoryTable extends Table {
  /** Everything stored, in key order. */
  items(): Item[];
  /** What DynamoDB would have charged so far. */
  readonly units: Readonly<Units>;
  /**
   * Called before every write and transaction, once it is known to be valid; what it throws is what the writer gets. An
   * insert takes `NotWritten` as a table would that is busy.
   */
  beforeWrite: (writes: readonly Write[]) => void;
  /** Kills the worker at its nth write from now. */
  failAt(write: number): void;
}

export function createMemoryTable({ killSwitch = createKillSwitch() }: { killSwitch?: KillSwitch } = {}): MemoryTable {
  const partitions = createPartitions();
  const indexes = Object.keys(INDEXES).map((name) => [name as IndexName, createPartitions()] as const);
  const indexOf = new Map(indexes);
  const stored = new Map<string, Item>();
  const units: Units = { read: 0, write: 0 };

  function store(place: Place, before: Item | undefined, after: Item | undefined): void {
    const id = idOf(place);
    if (before !== undefined) unlist(before);
    if (after === undefined) {
      stored.delete(id);
      partitions(place.pk).remove(place.sk, place);
      return;
    }
    stored.set(id, after);
    partitions(place.pk).put(place.sk, after);
    for (const [name, entries] of indexes) {
      const keys = indexKeys(name, after);
      if (keys) entries(keys.pk).put(keys.sk, indexed(name, after) ?? after);
    }
  }

  function unlist(item: Item): void {
    for (const [name, entries] of indexes) {
      const keys = indexKeys(name, item);
      if (keys) entries(keys.pk).remove(keys.sk, item);
    }
  }

  function commit(writes: readonly Write[], transactional: boolean): number[] {
    const steps = writes.map((write) => {
      requireValid(write);
      const place = placeOf(write);
      const before = stored.get(idOf(place));
      return { write, place, before, holds: conditionHolds(write.when, before) };
    });
    const failed = steps.flatMap(({ holds }, index) => (holds ? [] : [index]));
    // All that can go wrong does so before the first item changes.
    const changes = steps.map(({ write, place, before, holds }) => ({
      place,
      before,
      after: holds ? applied(write, before) : before,
    }));
    table.beforeWrite(writes);
    killSwitch.pass();
    for (const { place, before, after } of changes) {
      const written = failed.length === 0 ? after : before;
      units.write += writeUnits(before, written, transactional);
      if (written !== before) store(place, before, written);
    }
    return failed;
  }

  const table: MemoryTable = {
    units,
    beforeWrite: () => undefined,
    failAt: killSwitch.killAt,
    items: () => [...stored.values()].toSorted((a, b) => compareKeys(a.pk, b.pk) || compareKeys(a.sk, b.sk)),
    async get(places) {
      await turn();
      const distinct = new Map(places.map((place) => [idOf(place), place]));
      for (const [id, place] of distinct) {
        requirePlace(place);
        units.read += readUnits(sizeOfItem(stored.get(id) ?? {}));
      }
      return places.map((place) => stored.get(idOf(place)));
    },
    async *query(query) {
      const source = query.index === undefined ? partitions : (indexOf.get(query.index) ?? partitions);
      const { holding } = query;
      let left = query.limit ?? Infinity;
      let last: Entry | undefined;
      while (left > 0) {
        await turn();
        const page = pageOf(matches(source(query.pk).all(), query, last), holding === undefined ? left : Infinity);
        const bytes = page.entries.reduce((sum, { item }) => sum + sizeOfItem(item), 0);
        units.read += readUnits(bytes, query.index === undefined);
        const held = holding === undefined ? page.entries : page.entries.filter(({ item }) => holds(item, holding));
        if (held.length > 0) yield held.slice(0, left).map(({ item }) => item);
        left -= held.length;
        last = page.entries.at(-1);
        if (page.isLast) return;
      }
    },
    async write(write) {
      await turn();
      if (isNothing(write)) return true;
      // Additions, conditional updates and checks are sent as transactions, so that a lost answer does no harm.
      const { add, when } = "update" in write ? write : {};
      const transactional = "check" in write || when !== undefined || Object.keys(add ?? {}).length > 0;
      return commit([write], transactional).length === 0;
    },
    async insert(items, limit) {
      const inserted: (boolean | undefined)[] = [];
      for (const item of items) {
        await turn();
        inserted.push(unlessBusy(limit, () => commit([{ put: item, when: { absent: true } }], false).length === 0));
      }
      return inserted;
    },
    async transact(writes, limit) {
      await turn();
      if (isOver(limit)) throw new NotWritten();
      if (writes.length === 0) return [];
      if (writes.length > TRANSACTION_WRITES) throw new Invalid(`${writes.length} writes in one transaction`);
      if (new Set(writes.map((write) => idOf(placeOf(write)))).size < writes.length) {
        throw new Invalid("two writes of one transaction on the same item");
      }
      return commit(writes, true);
    },
  };
  return table;
}

const holds = (item: Item, { attribute, text }: NonNullable<Query["holding"]>): boolean => {
  const value = item[attribute];
  return typeof value === "string" && value.includes(text);
};

function createPartitions(): (pk: string) => SortedItems {
  const partitions = new Map<string, SortedItems>();
  return (pk) => {
    const partition = partitions.get(pk) ?? createSortedItems();
    partitions.set(pk, partition);
    return partition;
  };
}

function matches(
  entries: readonly Entry[],
  { begins = "", after, newestFirst }: Query,
  last: Entry | undefined,
): Entry[] {
  const inOrder = newestFirst ? entries.toReversed() : entries;
  const isBehind = (sk: string, mark: string) => (newestFirst ? compareKeys(sk, mark) < 0 : compareKeys(sk, mark) > 0);
  const rest = last === undefined ? inOrder : inOrder.filter((entry) => isBehindEntry(entry, last, isBehind));
  return rest.filter(({ sk }) => sk.startsWith(begins) && (after === undefined || isBehind(sk, after)));
}

/** Where the next page starts, though items may have come and gone meanwhile. */
function isBehindEntry(entry: Entry, last: Entry, isBehind: (key: string, mark: string) => boolean): boolean {
  if (entry.sk !== last.sk) return isBehind(entry.sk, last.sk);
  if (entry.item.pk !== last.item.pk) return isBehind(entry.item.pk, last.item.pk);
  return isBehind(entry.item.sk, last.item.sk);
}

function pageOf(entries: readonly Entry[], limit: number): { entries: readonly Entry[]; isLast: boolean } {
  let bytes = 0;
  let count = 0;
  for (const { item } of entries) {
    bytes += sizeOfItem(item);
    if (count === limit || (bytes > PAGE_BYTES && count > 0)) break;
    count += 1;
  }
  return { entries: entries.slice(0, count), isLast: count === entries.length };
}

/** Without a clock, time is over at once or never. */
const isOver = ({ withinMs = Infinity }: WriteLimit = {}): boolean => withinMs <= 0;

function unlessBusy(limit: WriteLimit | undefined, write: () => boolean): boolean | undefined {
  if (isOver(limit)) return undefined;
  try {
    return write();
  } catch (error) {
    if (error instanceof NotWritten) return undefined;
    throw error;
  }
}

const isNothing = (write: Write): boolean =>
  "update" in write &&
  write.when === undefined &&
  Object.keys(write.add ?? {}).length + Object.keys(write.set ?? {}).length === 0;

/** Lets other work go on, as a request does, so that what races in production races in tests. */
const turn = (): Promise<void> => Promise.resolve();

const idOf = ({ pk, sk }: Place): string => JSON.stringify([pk, sk]);
