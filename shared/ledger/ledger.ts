import { atOnce } from "../at-once.ts";
import type { Clock, Condition, Item, Place, Table, Value, Write } from "../ports.ts";
import { LIST_INDEX, LIST_SHARDS } from "../names.ts";
import { claimPlace, directoryPks, listPk } from "../records/place.ts";
import type { BaseRecord, Declaration } from "../records/record.ts";
import { collectionAsOf, type PastRecord, recordAsOf } from "./as-of.ts";
import { type Claim, claimItem, toClaim } from "./claim.ts";
import { type Entry, historyPlace, isLoneCreation, writesOf } from "./entry.ts";
import { attribute, fromImage, fromItem, MOVED, type Stored, toItem } from "./stored.ts";
import { TallySheet, totalsOf, type Counters } from "./totals.ts";

/** Writes that go on at once; DynamoDB and the client's sockets take this many without queueing. */
const CONCURRENT_WRITES = 32;

/** How often a record is followed that moves while it is looked up. */
const MOST_MOVES = 5;

/** The record of one program and the only way records change. */
export interface Ledger {
  /** Who holds these unique values; `undefined` where nobody does. */
  claims(
    declaration: Declaration,
    program: string,
    field: string,
    values: readonly string[],
  ): Promise<(Claim | undefined)[]>;
  read<R extends BaseRecord>(declaration: Declaration<R>, places: readonly Place[]): Promise<(Stored<R> | undefined)[]>;
  /** Records by a unique value. */
  find<R extends BaseRecord>(
    declaration: Declaration<R>,
    program: string,
    field: string,
    values: readonly string[],
  ): Promise<(Stored<R> | undefined)[]>;
  /** Records by a unique value, each with the claim on that value. */
  holders<R extends BaseRecord>(
    declaration: Declaration<R>,
    program: string,
    field: string,
    values: readonly string[],
  ): Promise<(Holder<R> | undefined)[]>;
  /** Every record of a collection, in key order. */
  collection<R extends BaseRecord>(declaration: Declaration<R>, pk: string, begins?: string): AsyncIterable<Stored<R>>;
  /** Every record of the given kinds that lived in a collection at an instant, in key order. */
  collectionAsOf(
    kinds: readonly Declaration[],
    query: { pk: string; begins?: string },
    at: number,
  ): AsyncIterable<PastRecord>;
  /** A record as it was at an instant, by its key. */
  findAsOf<R extends BaseRecord>(
    declaration: Declaration<R>,
    program: string,
    key: string,
    at: number,
  ): Promise<R | undefined>;
  /** The keys of all partnerships of a program, now. */
  directory(program: string): AsyncIterable<string>;
  /** The program's newest records of a kind, merged from the shards of the list; `after` is the last one's position. */
  newest<R extends BaseRecord>(
    declaration: Declaration<R>,
    program: string,
    limit: number,
    after?: string,
  ): Promise<Stored<R>[]>;
  totals(program: string, partnership: string): Promise<Counters>;
  /** The marks of all changes that made the record what it is. */
  marks(declaration: Declaration, stored: Stored<BaseRecord>): Promise<ReadonlySet<string>>;
  /**
   * Moves a job along: counts and fields change in place, without a revision. With `once`, the move happens only for
   * the first caller that brings that item. False when it did not happen.
   */
  advance(declaration: Declaration, record: BaseRecord, move: Advance): Promise<boolean>;
  /** Whether the `once` of a move has been brought. */
  moved(once: Place): Promise<boolean>;
  /** The `once` items of a record's moves, by the beginning of their sort keys. */
  moves(declaration: Declaration, record: BaseRecord, begins: string): AsyncIterable<Item>;
  /** All of an entry, or false and nothing when another change came first. */
  commit(entry: Entry): Promise<boolean>;
  /** Many entries whose sums are written once, by {@link Batch.settle}. */
  batch(program: string, id: string): Batch;
}

/** Who holds a unique value. */
export interface Holder<R> {
  readonly claim: Claim;
  readonly stored: Stored<R> | undefined;
}

export interface Advance {
  readonly add?: Readonly<Record<string, number>>;
  readonly set?: Readonly<Record<string, Value>>;
  readonly when?: Condition;
  readonly once?: Item;
}

/**
 * A batch is repeated as a whole when its worker dies: each creation recognises itself by its mark and is counted again
 * from its claim, so that the sums come out the same whoever writes them.
 */
export interface Batch {
  /** For each entry, whether it was committed. */
  commit(entries: readonly Entry[]): Promise<boolean[]>;
  /** Counts in records that an earlier attempt of this batch created, completing any that it left half done. */
  resume(declaration: Declaration, claims: readonly Claim[]): Promise<void>;
  settle(): Promise<void>;
}

export function createLedger({ table, clock }: { table: Table; clock: Clock }): Ledger {
  async function complete(declaration: Declaration, claim: Claim): Promise<void> {
    if (claim.image === undefined) return;
    const record = fromImage(declaration, claim.image);
    await table.write({
      put: toItem(declaration, record, { rev: 1, at: claim.at, mark: claim.mark }),
      when: { absent: true },
    });
  }

  const stored = <R extends BaseRecord>(declaration: Declaration<R>, item: Item | undefined): Stored<R> | undefined =>
    item === undefined || item[MOVED] === true ? undefined : fromItem(declaration, item);

  async function read<R extends BaseRecord>(declaration: Declaration<R>, places: readonly Place[]) {
    const items = await table.get(places);
    return items.map((item) => stored(declaration, item));
  }

  async function claims(declaration: Declaration, program: string, field: string, values: readonly string[]) {
    const items = await table.get(values.map((value) => claimPlace(program, declaration.kind, field, value)));
    return items.map((item) => item && toClaim(item));
  }

  async function readClaimed<R extends BaseRecord>(
    declaration: Declaration<R>,
    found: readonly (Claim | undefined)[],
    moves = MOST_MOVES,
  ): Promise<(Stored<R> | undefined)[]> {
    const held = found.filter((claim) => claim !== undefined);
    const homes = await read(
      declaration,
      held.map(({ home }) => home),
    );
    // A claim without its record is a creation in progress: help it along rather than wait for it.
    const missing = held.filter((claim, index) => homes[index] === undefined && claim.image !== undefined);
    await atOnce(CONCURRENT_WRITES, missing, (claim) => complete(declaration, claim));
    const helped =
      missing.length === 0
        ? []
        : await read(
            declaration,
            missing.map(({ home }) => home),
          );
    const byClaim = new Map(held.map((claim, index) => [claim, homes[index] ?? helped[missing.indexOf(claim)]]));
    // Otherwise the record moved after its claim was read, and the claim leads to its new place by now.
    const lost = held.filter((claim) => byClaim.get(claim) === undefined);
    if (lost.length > 0 && moves > 0) {
      const items = await table.get(lost.map(({ place }) => place));
      const led = await readClaimed(
        declaration,
        items.map((item) => item && toClaim(item)),
        moves - 1,
      );
      for (const [index, claim] of lost.entries()) byClaim.set(claim, led[index]);
    }
    return found.map((claim) => claim && byClaim.get(claim));
  }

  /**
   * Claims the unique value of each record, then puts the records whose claim was granted. Between the two a record is
   * as good as created: whoever comes across its claim completes it.
   */
  async function create(entries: readonly Entry[], at: number): Promise<boolean[]> {
    const created = entries.map(({ mark, changes }) => {
      const [change] = changes;
      const [unique] = change === undefined ? [] : change.declaration.unique(change.after);
      if (change === undefined || unique === undefined)
        throw new Error("a lone creation has one change and one unique value");
      const { declaration, after } = change;
      return {
        claim: claimItem(declaration, after, unique, { mark, at }, true),
        item: toItem(declaration, after, { rev: 1, at, mark }),
      };
    });
    const granted = await table.insert(created.map(({ claim }) => claim));
    // A record that is there already was completed by somebody else.
    await table.insert(created.filter((_, index) => granted[index]).map(({ item }) => item));
    return granted;
  }

  const ledger: Ledger = {
    claims,
    read,
    async find(declaration, program, field, values) {
      return readClaimed(declaration, await claims(declaration, program, field, values));
    },
    async holders(declaration, program, field, values) {
      const found = await claims(declaration, program, field, values);
      const held = await readClaimed(declaration, found);
      return found.map((claim, index) => claim && { claim, stored: held[index] });
    },
    async *collection<R extends BaseRecord>(declaration: Declaration<R>, pk: string, begins?: string) {
      for await (const page of table.query({ pk, ...(begins !== undefined && { begins }) })) {
        for (const item of page) {
          const record = item["_kind"] === declaration.kind ? stored(declaration, item) : undefined;
          if (record) yield record;
        }
      }
    },
    collectionAsOf: (kinds, query, at) =>
      collectionAsOf(table, new Map(kinds.map((kind) => [kind.kind, kind])), query, at),
    async findAsOf(declaration, program, key, at) {
      const [found] = await ledger.find(declaration, program, "key", [key]);
      return found && recordAsOf(table, declaration, found, at);
    },
    async *directory(program) {
      for (const pk of directoryPks(program)) {
        for await (const page of table.query({ pk })) for (const claim of page) yield claim.sk;
      }
    },
    async newest<R extends BaseRecord>(declaration: Declaration<R>, program: string, limit: number, after?: string) {
      const shards = Array.from({ length: LIST_SHARDS }, async (_, shard) => {
        const found: Item[] = [];
        const pk = listPk(program, declaration.kind, shard);
        const query = { pk, index: "list" as const, newestFirst: true, limit, ...(after !== undefined && { after }) };
        for await (const page of table.query(query)) found.push(...page);
        return found;
      });
      return (await Promise.all(shards))
        .flat()
        .toSorted((a, b) => (attribute(a, LIST_INDEX.sk) < attribute(b, LIST_INDEX.sk) ? 1 : -1))
        .slice(0, limit)
        .map((item) => fromItem(declaration, item));
    },
    totals: (program, partnership) => totalsOf(table, program, partnership),
    async marks(declaration, { record, mark: last }) {
      const marks = new Set([last]);
      for await (const page of table.query({ pk: historyPlace(declaration, record, 0).pk })) {
        for (const { _mark } of page) if (typeof _mark === "string") marks.add(_mark);
      }
      return marks;
    },
    async advance(declaration, record, { once, ...move }) {
      const update: Write = { update: declaration.place(record), ...move };
      return once === undefined
        ? table.write(update)
        : (await table.transact([{ put: once, when: { absent: true } }, update])).length === 0;
    },
    async moved(once) {
      const [item] = await table.get([once]);
      return item !== undefined;
    },
    async *moves(declaration, record, begins) {
      for await (const page of table.query({ pk: declaration.place(record).pk, begins })) yield* page;
    },
    async commit(entry) {
      return (await table.transact(writesOf(entry, clock(), false))).length === 0;
    },
    batch(program, id) {
      const sheet = new TallySheet();
      return {
        async commit(entries) {
          const at = clock();
          const lone = entries.filter((entry) => isLoneCreation(entry));
          const others = entries.filter((entry) => !isLoneCreation(entry));
          const granted = await create(lone, at);
          const done = new Map(lone.map((entry, index) => [entry, granted[index] === true]));
          await atOnce(CONCURRENT_WRITES, lanesOf(others), async (lane) => {
            for (const entry of lane) done.set(entry, (await table.transact(writesOf(entry, at, true))).length === 0);
          });
          for (const [entry, committed] of done) {
            if (!committed) continue;
            for (const { declaration, before, after } of entry.changes)
              if (!before) sheet.add(declaration.tally?.(after));
          }
          return entries.map((entry) => done.get(entry) === true);
        },
        async resume(declaration, own) {
          await atOnce(CONCURRENT_WRITES, own, (claim) => complete(declaration, claim));
          for (const { image } of own) if (image) sheet.add(declaration.tally?.(fromImage(declaration, image)));
        },
        async settle() {
          await atOnce(CONCURRENT_WRITES, sheet.items(program, id), (write) => table.write(write));
        },
      };
    },
  };
  return ledger;
}

/** Changes that move the same partnership's live totals go one after another: at once, they would refuse each other. */
function lanesOf(entries: readonly Entry[]): Entry[][] {
  const lanes = new Map<unknown, Entry[]>();
  for (const entry of entries) {
    const changed = entry.changes.find(({ before }) => before !== undefined);
    const tally = changed?.before && changed.declaration.tally?.(changed.before.record);
    const lane = tally?.partnership ?? entry;
    lanes.set(lane, [...(lanes.get(lane) ?? []), entry]);
  }
  return [...lanes.values()];
}
