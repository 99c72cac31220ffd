/** The records of a ZIP archive (PKWARE's APPNOTE 6.3.10), with ZIP64 where a size or offset needs it. */

export interface ZipEntry {
  readonly name: string;
  readonly crc: number;
  readonly bytes: number;
  readonly compressed: number;
  /** Where its local header begins. */
  readonly offset: number;
  /** Epoch milliseconds. */
  readonly modified: number;
}

const LIMIT = 0xffffffff;
const UTF8_NAME = 0x0800;
const DEFLATED = 8;

const capped = (value: number): number => Math.min(value, LIMIT);

/** MS-DOS date and time, in UTC. */
function dosTime(ms: number): { date: number; time: number } {
  const at = new Date(ms);
  return {
    date: ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
  };
}

/** The ZIP64 extra field holds, in this order, the values that do not fit their 32 bits. */
function zip64Extra(values: readonly number[]): Buffer {
  if (values.length === 0) return Buffer.alloc(0);
  const extra = Buffer.alloc(4 + values.length * 8);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(values.length * 8, 2);
  values.forEach((value, at) => extra.writeBigUInt64LE(BigInt(value), 4 + at * 8));
  return extra;
}

/** Version 4.5 reads ZIP64, 2.0 reads deflate. */
const version = (extra: Buffer): number => (extra.length > 0 ? 45 : 20);

function shared(entry: ZipEntry, extra: Buffer): Buffer {
  const { date, time } = dosTime(entry.modified);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(version(extra), 0);
  fields.writeUInt16LE(UTF8_NAME, 2);
  fields.writeUInt16LE(DEFLATED, 4);
  fields.writeUInt16LE(time, 6);
  fields.writeUInt16LE(date, 8);
  fields.writeUInt32LE(entry.crc, 10);
  fields.writeUInt32LE(capped(entry.compressed), 14);
  fields.writeUInt32LE(capped(entry.bytes), 18);
  fields.writeUInt16LE(Buffer.byteLength(entry.name), 22);
  fields.writeUInt16LE(extra.length, 24);
  return fields;
}

export function localHeader(entry: ZipEntry): Buffer {
  // In a local header both sizes are given as soon as one of them needs it.
  const large = entry.bytes >= LIMIT || entry.compressed >= LIMIT;
  const extra = zip64Extra(large ? [entry.bytes, entry.compressed] : []);
  const sized = large ? { ...entry, bytes: LIMIT, compressed: LIMIT } : entry;
  return Buffer.concat([signature(0x04034b50), shared(sized, extra), Buffer.from(entry.name), extra]);
}

/** Everything behind the last file. */
export function centralDirectory(entries: readonly ZipEntry[], offset: number): Buffer {
  const headers = Buffer.concat(entries.map(centralHeader));
  const needs64 = offset >= LIMIT || offset + headers.length >= LIMIT;
  return Buffer.concat([
    headers,
    needs64 ? zip64End(entries.length, headers.length, offset) : Buffer.alloc(0),
    end(entries.length, headers.length, offset),
  ]);
}

function centralHeader(entry: ZipEntry): Buffer {
  const extra = zip64Extra([entry.bytes, entry.compressed, entry.offset].filter((value) => value >= LIMIT));
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(capped(entry.offset), 10);
  const madeBy = Buffer.alloc(2);
  madeBy.writeUInt16LE(version(extra), 0);
  return Buffer.concat([signature(0x02014b50), madeBy, shared(entry, extra), rest, Buffer.from(entry.name), extra]);
}

function zip64End(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(45, 12);
  record.writeUInt16LE(45, 14);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator]);
}

function end(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE(capped(size), 12);
  record.writeUInt32LE(capped(offset), 16);
  return record;
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value, 0);
  return bytes;
}
