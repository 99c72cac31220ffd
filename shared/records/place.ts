import { derivedKey } from "./derived-key.ts";

/**
 * Key strings of the table. They exist only in this folder, and every one begins with its program.
 *
 * A partnership's collection holds `#` (the partnership), then per customer `C#<customer>` (the customer), its rewards
 * `...#R#<time>#<key>` and transactions `...#T#<time>#<key>`, then its deals `D#<time>#<key>` and leads `L#<time>#<key>`, and
 * last `R#<time>#<key>`: rewards that belong to no customer.
 * One query therefore reads a partner with every join the export needs side by side, and one customer's history is a prefix.
 */
const SHARDS = 8;

/** 32-bit FNV-1a: spreads keys over shards, nothing more. */
export function shardOf(value: string, shards: number = SHARDS): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < value.length; at++) hash = Math.imul(hash ^ value.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % shards;
}

/** Customers without a partner live in the program's own collections. */
export const partnerPk = (program: string, partnership: string | null, customer: string | null): string =>
  partnership === null ? `${program}/direct/${shardOf(customer ?? "")}` : `${program}/partnership/${partnership}`;

export const directPks = (program: string): string[] =>
  Array.from({ length: SHARDS }, (_, shard) => `${program}/direct/${shard}`);

/**
 * Sort keys hold 1,024 bytes; a longer key keeps its beginning and a digest (its full value is in the record). Half a
 * surrogate pair would not be stored as it is.
 */
export const sortable = (key: string): string =>
  key.length <= 200 ? key : derivedKey(`${key.slice(0, 170).replace(/[\uD800-\uDBFF]$/, "")}~`, key);

export const timed = (time: number, key: string): string => `${String(time).padStart(13, "0")}#${sortable(key)}`;

export const CUSTOMERS_PREFIX = "C#";

export const customerSk = (customer: string): string => CUSTOMERS_PREFIX + customer;

export const LEADS_PREFIX = "L#";
export const DEALS_PREFIX = "D#";
/** Rewards that belong to no customer. */
export const REWARDS_PREFIX = "R#";

export const leadSk = (time: number, key: string): string => LEADS_PREFIX + timed(time, key);

export const dealSk = (time: number, key: string): string => DEALS_PREFIX + timed(time, key);

/** What is known by its name alone lives where the name leads, so that making it takes one write. */
export const namedPlace = (program: string, collection: string, name: string): { pk: string; sk: string } => ({
  pk: `${program}/${collection}`,
  sk: sortable(name.toLowerCase()),
});

/** Every partnership of a program, listed consistently: the export walks these. */
export const directoryPks = (program: string): string[] =>
  Array.from({ length: SHARDS }, (_, shard) => `${program}/partnerships/${shard}`);

export const claimPlace = (program: string, kind: string, field: string, value: string): { pk: string; sk: string } =>
  kind === "partnership" && field === "key"
    ? { pk: `${program}/partnerships/${shardOf(value)}`, sk: value }
    : { pk: `${program}/${kind}.${field}/${value}`, sk: "#" };

export const totalsPk = (program: string, partnership: string): string => `${program}/totals/${partnership}`;

/** Whether sums lie there. */
export const isTotalsPk = (pk: string): boolean => /^[^/]+\/totals\//.test(pk);

/** What batches are about to create, by batch. */
export const openingsPk = (program: string): string => `${program}/openings`;

export const isOpeningsPk = (pk: string): boolean => /^[^/]+\/openings$/.test(pk);

export const historyPk = (program: string, kind: string, key: string): string => `${program}/history/${kind}/${key}`;

export const ownedPk = (program: string, kind: string, partnership: string): string =>
  `${program}#${kind}#${partnership}`;

export const listPk = (program: string, kind: string, shard: number): string => `${program}#${kind}#${shard}`;

/** What of a kind has no worth in US dollars. */
export const unconvertedPk = (program: string, kind: string, shard: number): string =>
  listPk(program, `${kind}.unconverted`, shard);
