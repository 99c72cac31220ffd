import type { PastRecord } from "../ledger/as-of.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { customer } from "../records/customer.ts";
import { deal } from "../records/deal.ts";
import type { ExportJob } from "../records/export-job.ts";
import { lead } from "../records/lead.ts";
import { partnership } from "../records/partnership.ts";
import { directPks, partnerPk } from "../records/place.ts";
import { isTest } from "../records/record.ts";
import { reward } from "../records/reward.ts";
import { transaction } from "../records/transaction.ts";
import { hasPartnerFilter } from "./partner-filter.ts";

const KINDS = [partnership, customer, reward, transaction, deal, lead];

/**
 * Collections whose first page is fetched while an earlier one is written: many where they are small, so that nobody
 * waits for the table, and only the next one where a page alone takes a while to write and megabytes to hold.
 */
const READ_AHEAD = { small: 8, large: 1 };
const LARGE = 250;

/** The share of a walk that goes to the partners; the rest goes to the customers without one. */
const PARTNERS_SHARE = 0.9;

/** A collection that a walk comes by: that of a partnership, or a shard (`key` is empty) of the customers without one. */
export interface Home {
  readonly key: string;
  readonly shard: number;
}

/** Where a walk rests: in this collection, behind this record. */
export interface WalkPlace extends Home {
  readonly after: string;
}

/** A collection at the cut-off, from its beginning or from where an earlier walk rested in it. */
export interface Collection extends Home {
  readonly pages: AsyncIterable<readonly PastRecord[]>;
  /** How much of the walk lies before it, 0 to 1. */
  readonly share: number;
}

/** The collections that a job wants, as they were at its cut-off; the next ones on their way while one is read. */
export async function* walk(ledger: Ledger, job: ExportJob, from?: WalkPlace): AsyncGenerator<Collection> {
  const ahead: Collection[] = [];
  let records = 0;
  for await (const { key, shard, share } of homes(ledger, job, from)) {
    const pk = key === "" ? (directPks(job.program)[shard] ?? "") : partnerPk(job.program, key, null);
    const isRested = from !== undefined && from.key === key && from.shard === shard;
    const range = { pk, ...(isRested && { after: from.after }) };
    const pages = counted(ledger.collectionAsOf(KINDS, range, job.as_of), (found) => void (records = found));
    ahead.push({ key, shard, share, pages: started(pages) });
    while (ahead.length > (records > LARGE ? READ_AHEAD.large : READ_AHEAD.small)) yield* ahead.splice(0, 1);
  }
  yield* ahead;
}

async function* homes(
  ledger: Ledger,
  job: ExportJob,
  from: WalkPlace | undefined,
): AsyncGenerator<Home & Pick<Collection, "share">> {
  if (from === undefined || from.key !== "") {
    // The walk rested in the middle of it.
    if (from) yield { key: from.key, shard: from.shard, share: 0 };
    for await (const { key, shard, share } of partners(ledger, job, from)) {
      yield { key, shard, share: share * PARTNERS_SHARE };
    }
  }
  // Who has no partner is in no group, and has nothing else that partners are chosen by.
  if (hasPartnerFilter(job.filters)) return;
  const shards = directPks(job.program).length;
  for (let shard = from?.key === "" ? from.shard : 0; shard < shards; shard++) {
    yield { key: "", shard, share: PARTNERS_SHARE + (1 - PARTNERS_SHARE) * (shard / shards) };
  }
}

async function* partners(ledger: Ledger, { program, as_of, filters }: ExportJob, from: WalkPlace | undefined) {
  const named = filters.partnership_keys;
  if (named.length > 0) {
    for (let shard = from === undefined ? 0 : from.shard + 1; shard < named.length; shard++) {
      yield { key: named[shard] ?? "", shard, share: shard / named.length };
    }
    return;
  }
  for await (const { key, shard } of ledger.directory(program, as_of, from)) {
    yield { key, shard, share: (shard + within(key)) / directPks(program).length };
  }
}

/** How far a key stands in the order of all keys, 0 to 1: they are random behind their prefix. */
function within(key: string): number {
  const start = key.indexOf("_") + 1;
  const [first = 0, second = 0] = Array.from(key.slice(start, start + 2), (digit) => parseInt(digit, 36) || 0);
  return (first * 36 + second) / 36 ** 2;
}

/** Pages, with a word of how many records each has; test records are no part of what is exported. */
async function* counted(
  pages: AsyncIterable<readonly PastRecord[]>,
  tell: (records: number) => void,
): AsyncGenerator<readonly PastRecord[]> {
  for await (const page of pages) {
    tell(page.length);
    yield page.filter(({ record }) => !isTest(record));
  }
}

/** An iterable, to be read once, whose first answer is already being fetched. */
function started<T>(source: AsyncIterable<T>): AsyncIterable<T> {
  const iterator = source[Symbol.asyncIterator]();
  let first: Promise<IteratorResult<T>> | undefined = iterator.next();
  // Whoever reads on meets the failure; until then it must not count as unhandled.
  first.catch(() => undefined);
  const next = () => {
    const answer = first ?? iterator.next();
    first = undefined;
    return answer;
  };
  return { [Symbol.asyncIterator]: () => ({ next }) };
}
