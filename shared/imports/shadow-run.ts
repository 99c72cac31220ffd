import { createHash } from "node:crypto";
import * as z from "zod";
import { compareKeys, type Written } from "../ledger/overlay-table.ts";
import type { Item, ObjectStore, Place } from "../ports.ts";
import { readAll } from "../read-all.ts";

/** A block is read as a whole: enough for some hundred items, little enough to be fetched in a moment. */
const BLOCK_BYTES = 64 * 1024;

const index = z.object({
  /** Names the object of the lines, and with `.hashes` behind it that of the hashes. */
  lines: z.string(),
  blocks: z.array(z.object({ pk: z.string(), sk: z.string(), from: z.int(), to: z.int() })),
});

/** One part's writes of a dry run, sorted by place, for the parts behind it to look up. */
export interface ShadowRun {
  /** Whether something may be written there: it never misses, and is wrong in one of 100,000 cases. */
  mayHave(place: Place): boolean;
  mayHaveAny(pk: string, begins: string | undefined): boolean;
  /** What is written of these places. */
  find(places: readonly Place[]): Promise<Written[]>;
  range(pk: string, begins: string): Promise<Written[]>;
}

interface Line {
  readonly pk: string;
  readonly sk: string;
  readonly item?: Item;
}

/**
 * Keeps what a part would have written, unless it has been kept. A slower worker at the same part may come to something
 * else, once others have changed the table: the index, which is written last and by the first one only, names all else
 * by its content, so that a run is always one worker's.
 */
export async function keepRun(objects: ObjectStore, key: string, written: readonly Written[]): Promise<void> {
  if ((await objects.get(`${key}.index`, { from: 0, to: 0 })) !== undefined) return;
  const sorted = written.toSorted((a, b) => compare(a.place, b.place));
  const chunks: Buffer[] = [];
  const blocks: z.output<typeof index>["blocks"] = [];
  let from = 0;
  let block: string[] = [];
  let size = 0;
  let first: Place | undefined;
  const cut = () => {
    if (first === undefined) return;
    const bytes = Buffer.from(block.join(""));
    chunks.push(bytes);
    blocks.push({ ...first, from, to: from + bytes.length });
    from += bytes.length;
    block = [];
    size = 0;
    first = undefined;
  };
  for (const { place, item } of sorted) {
    first ??= place;
    const line: Line = { ...place, ...(item && { item }) };
    const text = `${JSON.stringify(line)}\n`;
    block.push(text);
    size += text.length;
    if (size >= BLOCK_BYTES) cut();
  }
  cut();
  const hashes = Uint32Array.from(
    sorted.flatMap(({ place: { pk, sk } }) => [hashOf(placeName(pk, sk)), hashOf(scopeOf(pk, sk))]),
  ).sort();
  const body = Buffer.concat(chunks);
  const lines = `${key}-${createHash("sha256").update(body).digest("hex").slice(0, 32)}`;
  await objects.put(lines, body, { type: "application/x-ndjson" });
  await objects.put(`${lines}.hashes`, Buffer.from(hashes.buffer), { type: "application/octet-stream" });
  const told: z.output<typeof index> = { lines, blocks };
  await objects.put(`${key}.index`, JSON.stringify(told), { type: "application/json", ifAbsent: true });
}

/** A run that an earlier part has kept. */
export async function openRun(objects: ObjectStore, key: string): Promise<ShadowRun> {
  const indexBytes = await read(objects, `${key}.index`);
  if (indexBytes === undefined) throw new Error(`${key} of a dry run is not there`);
  const { lines, blocks } = index.parse(JSON.parse(indexBytes.toString("utf8")));
  const hashBytes = await read(objects, `${lines}.hashes`);
  if (hashBytes === undefined) throw new Error(`the hashes of ${key} of a dry run are not there`);
  const hashes = new Uint32Array(hashBytes.buffer, hashBytes.byteOffset, hashBytes.length / 4);
  const loaded = new Map<number, Promise<readonly Line[]>>();

  const load = (at: number): Promise<readonly Line[]> => {
    const known = loaded.get(at) ?? readBlock(at);
    // A few blocks only: runs are many.
    if (loaded.size >= 8) loaded.delete([...loaded.keys()][0] ?? 0);
    loaded.set(at, known);
    return known;
  };

  async function readBlock(at: number): Promise<Line[]> {
    const block = blocks[at];
    if (block === undefined) return [];
    const bytes = await read(objects, lines, block);
    // Written by ourselves, in this very form.
    return (bytes?.toString("utf8").trimEnd().split("\n") ?? []).map((line): Line => JSON.parse(line));
  }

  /** The last block that begins at a place or before it. */
  function blockOf(place: Place): number {
    let [low, high] = [0, blocks.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const block = blocks[middle];
      if (block !== undefined && compare(block, place) <= 0) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  return {
    mayHave: ({ pk, sk }) => has(hashes, hashOf(placeName(pk, sk))),
    mayHaveAny: (pk, begins = "") => isBeyondScope(pk, begins) || has(hashes, hashOf(scopeOf(pk, begins))),
    async find(places) {
      const found: Written[] = [];
      for (const place of places) {
        const line = (await load(blockOf(place))).find(({ pk, sk }) => pk === place.pk && sk === place.sk);
        if (line !== undefined) found.push({ place, item: line.item });
      }
      return found;
    },
    async range(pk, begins) {
      const found: Written[] = [];
      for (let at = blockOf({ pk, sk: begins }); at < blocks.length; at++) {
        const block = blocks[at];
        if (block === undefined || compareKeys(block.pk, pk) > 0) break;
        for (const line of await load(at)) {
          if (line.pk === pk && line.sk.startsWith(begins)) found.push({ place: { pk, sk: line.sk }, item: line.item });
        }
      }
      return found;
    },
  };
}

async function read(objects: ObjectStore, key: string, range?: { from: number; to: number }) {
  const object = await objects.get(key, range);
  if (object === undefined) return undefined;
  // A copy of its own begins at a multiple of four, as numbers of four bytes have to.
  return Buffer.from(Uint8Array.from(await readAll(object.body)).buffer);
}

const compare = (a: Place, b: Place): number => compareKeys(a.pk, b.pk) || compareKeys(a.sk, b.sk);

const placeName = (pk: string, sk: string): string => `${pk}\n${sk}`;

/** Partners' collections are long: there, what belongs to one customer is looked up by that customer. */
const isCollection = (pk: string): boolean => /^[^/]+\/(?:partnership|direct)\//.test(pk);

/** Whether sort keys that begin so may be in the scopes of several customers. */
const isBeyondScope = (pk: string, begins: string): boolean =>
  isCollection(pk) && (begins.startsWith("C#") ? begins.split("#").length < 3 : "C#".startsWith(begins));

const scopeOf = (pk: string, sk: string): string =>
  isCollection(pk) && sk.startsWith("C#") ? `${pk}\n${sk.split("#", 2).join("#")}` : pk;

/** 32-bit FNV-1a with a finaliser. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function has(sorted: Uint32Array, hash: number): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < hash) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === hash;
}
