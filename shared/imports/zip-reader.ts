import { crc32, createInflateRaw } from "node:zlib";
import { pipeline } from "node:stream/promises";
import { PassThrough, Readable } from "node:stream";
import type { ByteRange } from "../ports.ts";
import { readAll } from "../read-all.ts";
import { entryName } from "./entry-name.ts";
import { FileProblem } from "./file-problem.ts";

/** A file in an archive, as the archive's directory tells of it. */
export interface ArchivedFile {
  readonly name: string;
  readonly isEncrypted: boolean;
  readonly method: number;
  readonly crc: number;
  readonly compressed: number;
  readonly bytes: number;
  /** Where its local header begins. */
  readonly offset: number;
}

/** Reads bytes of the archive. */
export type ReadRange = (range: ByteRange) => Promise<AsyncIterable<Uint8Array>>;

const LIMIT = 0xffffffff;
const LIMIT_16 = 0xffff;
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const END64_BYTES = 56;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const ENCRYPTED = 0x1;
const STORED = 0;
const DEFLATED = 8;

/** More is no archive of tables, and one function reads it at once. */
const MOST_ENTRIES = 10_000;
const MOST_DIRECTORY_BYTES = 2 * 1024 * 1024;

const broken = (what: string): FileProblem =>
  new FileProblem("bad_archive", `The ZIP archive cannot be read: ${what}. Make it again, and drop that.`);

/** The files of an archive of so many bytes; undefined where no archive ends. Throws a {@link FileProblem} for a broken one. */
export async function readDirectory(read: ReadRange, bytes: number): Promise<ArchivedFile[] | undefined> {
  const from = Math.max(0, bytes - END_BYTES - LOCATOR_BYTES - LIMIT_16);
  const tail = await readAll(await read({ from, to: bytes }));
  const at = endOf(tail);
  if (at === undefined) return undefined;
  const { size, offset, count } = await whereabouts(read, tail, at, bytes);
  if (count > MOST_ENTRIES || size > MOST_DIRECTORY_BYTES)
    throw new FileProblem(
      "too_many_files",
      `The archive lists ${count} files in ${size} bytes. Make archives of at most ${MOST_ENTRIES} files with short names.`,
    );
  if (offset + size > bytes) throw broken("its end does not fit its beginning");
  const directory = size === 0 ? Buffer.alloc(0) : await readAll(await read({ from: offset, to: offset + size }));
  const files: ArchivedFile[] = [];
  for (let next = 0; files.length < count;) {
    const entry = readEntry(directory.subarray(next));
    if (entry.file.offset + LOCAL_BYTES + entry.file.compressed > bytes)
      throw broken(`${entryName(entry.file.name)} is not where it says`);
    files.push(entry.file);
    next += entry.length;
  }
  return files;
}

/** Behind the end record there is nothing but its own comment. */
function endOf(tail: Buffer): number | undefined {
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (tail.readUInt32LE(at) === 0x06054b50 && at + END_BYTES + tail.readUInt16LE(at + 20) === tail.length) return at;
  }
  return undefined;
}

async function whereabouts(read: ReadRange, tail: Buffer, at: number, bytes: number) {
  const count = tail.readUInt16LE(at + 10);
  const size = tail.readUInt32LE(at + 12);
  const offset = tail.readUInt32LE(at + 16);
  if (count !== LIMIT_16 && size !== LIMIT && offset !== LIMIT) return { count, size, offset };
  const locator = tail.subarray(Math.max(0, at - LOCATOR_BYTES), at);
  if (locator.length < LOCATOR_BYTES || locator.readUInt32LE(0) !== 0x07064b50) return { count, size, offset };
  const from = Number(locator.readBigUInt64LE(8));
  if (from + END64_BYTES > bytes) throw broken("its directory is not where it says");
  const end = await readAll(await read({ from, to: from + END64_BYTES }));
  if (end.length < END64_BYTES || end.readUInt32LE(0) !== 0x06064b50)
    throw broken("its directory is not where it says");
  return {
    count: Number(end.readBigUInt64LE(32)),
    size: Number(end.readBigUInt64LE(40)),
    offset: Number(end.readBigUInt64LE(48)),
  };
}

function readEntry(from: Buffer): { file: ArchivedFile; length: number } {
  if (from.length < CENTRAL_BYTES || from.readUInt32LE(0) !== 0x02014b50) throw broken("its directory is damaged");
  const nameBytes = from.readUInt16LE(28);
  const extraBytes = from.readUInt16LE(30);
  const length = CENTRAL_BYTES + nameBytes + extraBytes + from.readUInt16LE(32);
  if (from.length < length) throw broken("its directory is damaged");
  const extra = from.subarray(CENTRAL_BYTES + nameBytes, CENTRAL_BYTES + nameBytes + extraBytes);
  const wide = wideValues(extra);
  // The extra field holds the values that do not fit their 32 bits, in this order.
  const value = (at: number) => (from.readUInt32LE(at) === LIMIT ? (wide.shift() ?? LIMIT) : from.readUInt32LE(at));
  const bytes = value(24);
  const compressed = value(20);
  const offset = value(42);
  const file = {
    name: from.subarray(CENTRAL_BYTES, CENTRAL_BYTES + nameBytes).toString("utf8"),
    isEncrypted: (from.readUInt16LE(8) & ENCRYPTED) !== 0,
    method: from.readUInt16LE(10),
    crc: from.readUInt32LE(16),
    compressed,
    bytes,
    offset,
  };
  return { file, length };
}

function wideValues(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    return Array.from({ length: Math.floor(field.length / 8) }, (_, index) => Number(field.readBigUInt64LE(index * 8)));
  }
  return [];
}

/** The content of a file of an archive; throws a {@link FileProblem} when it is not what the directory says, to the byte. */
export async function* extract(read: ReadRange, file: ArchivedFile): AsyncGenerator<Uint8Array> {
  const { method, offset, compressed } = file;
  const name = entryName(file.name);
  const local = await readAll(await read({ from: offset, to: offset + LOCAL_BYTES }));
  if (local.length < LOCAL_BYTES || local.readUInt32LE(0) !== 0x04034b50) throw broken(`${name} is not where it says`);
  if (method !== STORED && method !== DEFLATED)
    throw broken(`${name} is compressed in a way that is not known here (${method})`);
  const from = offset + LOCAL_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28);
  const packed = compressed === 0 ? [] : await read({ from, to: from + compressed });
  let bytes = 0;
  let crc = 0;
  for await (const chunk of method === DEFLATED ? inflate(packed, name) : packed) {
    bytes += chunk.length;
    // Before it is taken: however much is packed in, no more than announced comes out.
    if (bytes > file.bytes) throw broken(`${name} is larger than it says`);
    crc = crc32(chunk, crc);
    yield chunk;
  }
  if (bytes !== file.bytes || crc !== file.crc) throw broken(`${name} is damaged`);
}

async function* inflate(packed: AsyncIterable<Uint8Array> | readonly Uint8Array[], name: string) {
  const unpacked = new PassThrough();
  const done = pipeline(Readable.from(packed), createInflateRaw(), unpacked);
  // Told by the stream that is read.
  done.catch(() => undefined);
  try {
    for await (const chunk of unpacked) if (Buffer.isBuffer(chunk)) yield chunk;
  } catch (error) {
    const isData = error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
    throw isData ? broken(`${name} is damaged`) : error;
  }
}
