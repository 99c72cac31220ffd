import type { Clock, Condition, Item, Place, Table, Value, Write } from "../ports.ts";
import type { BaseRecord, Declaration } from "../records/record.ts";
import { atOnce } from "../at-once.ts";
import { type CollectionRange, collectionAsOf, imageIn, type PastRecord, recordAsOf, removedAsOf } from "./as-of.ts";
import { type Batch, createBatch } from "./batch.ts";
import { changeBy, type MadeChange } from "./change-by.ts";
import type { Claim } from "./claim.ts";
import { type Entry, historyPlace, writesOf } from "./entry.ts";
import { directory, type DirectoryPlace } from "./directory.ts";
import { type Lane, listing, type ListingRange, programLanes, searching } from "./listing.ts";
import { completeOpenings } from "./openings.ts";
import { createReader } from "./reader.ts";
import { marksSince } from "./marks-since.ts";
import { formerLives, isGrave } from "./removal.ts";
import { stamped } from "./settled.ts";
import { attribute, type Stored } from "./stored.ts";
import { type Counters, type Sums, sumsOf } from "./totals.ts";

/** The record of one program and the only way records change. */
export interface Ledger {
  /** The clock that changes are stamped by. */
  readonly now: Clock;
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
  /** The records of the given kinds that a collection has, in key order, page by page, and how many items were read for them. */
  walk(
    kinds: readonly Declaration[],
    pk: string,
    begins?: string,
  ): AsyncIterable<{ readonly found: readonly PastRecord[]; readonly read: number }>;
  /** Every record of the given kinds that lived in a collection at an instant, in key order, page by page. */
  collectionAsOf(
    kinds: readonly Declaration[],
    range: CollectionRange,
    at: number,
  ): AsyncIterable<readonly PastRecord[]>;
  /** Records as they were at an instant, by their keys. */
  findAsOf<R extends BaseRecord>(
    declaration: Declaration<R>,
    program: string,
    keys: readonly string[],
    at: number,
  ): Promise<(R | undefined)[]>;
  /** All partnerships of a program that are there, or were at an instant before; from a place on, if one is given. */
  directory(program: string, at: number, from?: DirectoryPlace): AsyncIterable<DirectoryPlace>;
  /** The program's newest records of a kind, merged from the shards of the list; `after` is the last one's position. */
  newest<R extends BaseRecord>(
    declaration: Declaration<R>,
    program: string,
    limit: number,
    after?: string,
  ): Promise<Stored<R>[]>;
  /** A list's records in its order, one after another; what is not taken is hardly read. */
  listing<R extends BaseRecord>(
    declaration: Declaration<R>,
    lanes: readonly Lane[],
    range: ListingRange,
  ): AsyncIterable<Stored<R>>;
  /** The records of lanes of a search, in the order of their names; what is not taken is hardly read. */
  searching<R extends BaseRecord>(
    declaration: Declaration<R>,
    lanes: readonly Lane[],
    range: ListingRange,
  ): AsyncIterable<Stored<R>>;
  /** A record that was removed, as it was last. */
  removed<R extends BaseRecord>(declaration: Declaration<R>, program: string, key: string): Promise<R | undefined>;
  totals(program: string, partnership: string): Promise<Counters>;
  /** The same, with what is kept beside them. */
  sums(program: string, partnership: string): Promise<Sums>;
  /**
   * The marks of the latest changes that made the record what it is, each with the note of its entry; those up to the
   * first one, looking back, that is early enough are left out.
   */
  marksSince(
    declaration: Declaration,
    stored: Stored<BaseRecord>,
    isEarly: (change: Pick<Stored<BaseRecord>, "mark" | "at">) => boolean,
  ): Promise<ReadonlyMap<string, Value | undefined>>;
  /** Every revision of a record, the present one last. */
  history<R extends BaseRecord>(declaration: Declaration<R>, stored: Stored<R>): Promise<Stored<R>[]>;
  /**
   * What a change, told by its mark, has made of the record of this key, whatever has become of it since; undefined when
   * there was no such change at an instant or after it.
   */
  changeBy<R extends BaseRecord>(
    declaration: Declaration<R>,
    program: string,
    key: string,
    mark: string,
    since: number,
  ): Promise<MadeChange<R> | undefined>;
  /** Whether a change, told by its mark, has removed the record of this key. */
  removedBy(declaration: Declaration, program: string, key: string, mark: string): Promise<boolean>;
  /**
   * Moves a job along: counts and fields change in place, without a revision. With `once`, the move happens only for
   * the first caller that brings that item. False when it did not happen.
   */
  advance(declaration: Declaration, record: BaseRecord, move: Advance): Promise<boolean>;
  /** Whether the `once` of a move has been brought. */
  moved(once: Place): Promise<boolean>;
  /** The `once` items of a record's moves, by the beginning of their sort keys. */
  moves(declaration: Declaration, record: BaseRecord, begins: string): AsyncIterable<Item>;
  /**
   * Completes the creations that were stamped at an instant or before it and have not got beyond their claims. Called
   * `SETTLE_MS` behind the instant, it leaves nothing of it to come.
   */
  settled(program: string, at: number): Promise<void>;
  /** All of an entry, or false and nothing when another change came first. */
  commit(entry: Entry): Promise<boolean>;
  /** Many entries whose sums are written once, by {@link Batch.settle}. */
  batch(program: string, id: string): Batch;
}

/** Records looked up at once as they were. */
const LOOKUPS_AT_ONCE = 8;

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

export function createLedger({ table, clock }: { table: Table; clock: Clock }): Ledger {
  const reader = createReader(table);
  const { claims, read, readClaimed, stored } = reader;

  const ledger: Ledger = {
    now: clock,
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
    async *walk(kinds, pk, begins) {
      const declarations = new Map(kinds.map((one) => [one.kind, one]));
      for await (const page of table.query({ pk, ...(begins !== undefined && { begins }) })) {
        const found = page.flatMap((item): PastRecord[] => {
          const declaration = declarations.get(attribute(item, "_kind"));
          const one = declaration && stored(declaration, item);
          return one ? [{ kind: declaration.kind, sk: item.sk, record: one.record }] : [];
        });
        yield { found, read: page.length };
      }
    },
    collectionAsOf: (kinds, range, at) =>
      collectionAsOf(table, new Map(kinds.map((kind) => [kind.kind, kind])), range, at),
    async findAsOf(declaration, program, keys, at) {
      const found = await ledger.find(declaration, program, "key", keys);
      return atOnce(LOOKUPS_AT_ONCE, [...keys.entries()], async ([index, key]) => {
        const living = found[index];
        const record = living && (await recordAsOf(table, declaration, living, at));
        return record ?? removedAsOf(table, declaration, program, key, at);
      });
    },
    directory: (program, at, from) => directory(table, program, at, from),
    async newest<R extends BaseRecord>(declaration: Declaration<R>, program: string, limit: number, after?: string) {
      const lanes = programLanes(declaration, program, "created_at");
      const found: Stored<R>[] = [];
      for await (const one of listing(table, declaration, lanes, { after, newestFirst: true, about: limit })) {
        found.push(one);
        if (found.length >= limit) break;
      }
      return found;
    },
    listing: (declaration, lanes, range) => listing(table, declaration, lanes, range),
    searching: (declaration, lanes, range) => searching({ table, reader }, declaration, lanes, range),
    async removed(declaration, program, key) {
      const lives = { ...formerLives(program, declaration.kind, key), newestFirst: true, limit: 1 };
      for await (const page of table.query(lives)) for (const life of page) return imageIn(declaration, life);
      return undefined;
    },
    totals: async (program, partnership) => (await sumsOf(table, program, partnership)).counters,
    sums: (program, partnership) => sumsOf(table, program, partnership),
    marksSince: (declaration, present, isEarly) =>
      marksSince(table, historyPlace(declaration, present.record, 0).pk, present, isEarly),
    async history<R extends BaseRecord>(declaration: Declaration<R>, present: Stored<R>) {
      const revisions: Stored<R>[] = [];
      for await (const page of table.query({ pk: historyPlace(declaration, present.record, 0).pk })) {
        for (const item of page) {
          const record = isGrave(item) ? undefined : imageIn(declaration, item);
          if (record === undefined) continue;
          const { rev, at, mark } = { rev: Number(item.sk), at: Number(item["_at"]), mark: attribute(item, "_mark") };
          revisions.push({ record, place: declaration.place(record), rev, at, mark });
        }
      }
      return [...revisions, present];
    },
    async changeBy<R extends BaseRecord>(
      declaration: Declaration<R>,
      program: string,
      key: string,
      mark: string,
      since: number,
    ) {
      const [found] = await ledger.find(declaration, program, "key", [key]);
      return changeBy(table, declaration, { program, key, present: found }, mark, since);
    },
    async removedBy(declaration, program, key, mark) {
      for await (const page of table.query(formerLives(program, declaration.kind, key))) {
        if (page.some((life) => attribute(life, "replaced_by") === mark)) return true;
      }
      return false;
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
    settled: (program, at) => completeOpenings({ table, reader }, program, at),
    async commit(entry) {
      const failed = await stamped(clock, (at, limit) => table.transact(writesOf(entry, at, false), limit));
      return failed.length === 0;
    },
    batch: (program, id) => createBatch({ table, clock, reader }, program, id),
  };
  return ledger;
}
