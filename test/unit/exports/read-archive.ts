import { crc32, inflateRawSync } from "node:zlib";

/** One file of an archive, as its central directory and its local header tell of it. */
export interface ArchivedFile {
  readonly name: string;
  readonly content: Buffer;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const FULL = 0xffffffff;

/**
 * Reads a ZIP archive by the book, and throws at whatever two of its records do not agree on. Of an archive whose first
 * file does not begin at its first byte, what comes before `base` may be left out.
 */
export function readArchive(archive: Buffer, base = 0): ArchivedFile[] {
  const endAt = archive.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  check(archive.readUInt32LE(endAt) === END && endAt === archive.length - 22, "the archive ends with its end record");
  const { count, size, offset, at } = directoryOf(archive, endAt, base);
  check(offset + size === at, "nothing is between the directory and its end");

  const files: ArchivedFile[] = [];
  let header = offset;
  let local = 0;
  for (let index = 0; index < count; index++) {
    const central = centralAt(archive, header);
    check(central.offset - base === local, `${central.name} begins where the file before it ends`);
    const { content, end } = contentOf(archive, central, local);
    files.push({ name: central.name, content });
    local = end;
    header = central.end;
  }
  check(header === at && local === offset, "the directory tells of all that is there");
  return files;
}

function directoryOf(archive: Buffer, endAt: number, base: number) {
  const count = archive.readUInt16LE(endAt + 10);
  const size = archive.readUInt32LE(endAt + 12);
  const offset = archive.readUInt32LE(endAt + 16);
  check(archive.readUInt16LE(endAt + 8) === count, "all files are on this disk");
  const locatorAt = endAt - 20;
  if (locatorAt < 0 || archive.readUInt32LE(locatorAt) !== LOCATOR_64) {
    return { count, size, offset: offset - base, at: endAt };
  }
  const recordAt = eight(archive, locatorAt + 8) - base;
  check(archive.readUInt32LE(recordAt) === END_64, "the locator leads to the ZIP64 end record");
  check(recordAt + 12 + eight(archive, recordAt + 4) === locatorAt, "the ZIP64 end record ends before its locator");
  const large = { size: eight(archive, recordAt + 40), offset: eight(archive, recordAt + 48) };
  check(size === Math.min(large.size, FULL) && offset === Math.min(large.offset, FULL), "both end records agree");
  return { count: eight(archive, recordAt + 32), size: large.size, offset: large.offset - base, at: recordAt };
}

function centralAt(archive: Buffer, at: number) {
  check(archive.readUInt32LE(at) === CENTRAL, "a directory holds its headers one behind the other");
  const nameEnd = at + 46 + archive.readUInt16LE(at + 28);
  const extraEnd = nameEnd + archive.readUInt16LE(at + 30);
  const next = largeValues(archive.subarray(nameEnd, extraEnd));
  const valueAt = (field: number) => next(archive.readUInt32LE(at + field));
  // In the order of the ZIP64 extra field.
  const [bytes, compressed, offset] = [valueAt(24), valueAt(20), valueAt(42)];
  return {
    // Flags, method, time, date and checksum, which the local header must repeat.
    repeated: archive.subarray(at + 8, at + 20),
    crc: archive.readUInt32LE(at + 16),
    bytes,
    compressed,
    offset,
    name: archive.toString("utf8", at + 46, nameEnd),
    end: extraEnd + archive.readUInt16LE(at + 32),
  };
}

function contentOf(
  archive: Buffer,
  central: ReturnType<typeof centralAt>,
  at: number,
): { content: Buffer; end: number } {
  const { name, bytes, compressed } = central;
  check(archive.readUInt32LE(at) === LOCAL, `${name} has a local header`);
  check(archive.subarray(at + 6, at + 18).equals(central.repeated), `both headers of ${name} say the same`);
  const nameEnd = at + 30 + archive.readUInt16LE(at + 26);
  const start = nameEnd + archive.readUInt16LE(at + 28);
  const next = largeValues(archive.subarray(nameEnd, start));
  check(next(archive.readUInt32LE(at + 22)) === bytes, `both headers of ${name} give its size`);
  check(next(archive.readUInt32LE(at + 18)) === compressed, `both headers of ${name} give its compressed size`);
  const content = inflateRawSync(archive.subarray(start, start + compressed));
  check(content.length === bytes, `${name} has its size`);
  check(crc32(content) === central.crc, `${name} has its checksum`);
  return { content, end: start + compressed };
}

/** Takes a 32-bit value as it is, or the next one of the ZIP64 extra field in its place. */
function largeValues(extra: Buffer): (value: number) => number {
  let at = 4;
  return (value) => {
    if (value !== FULL) return value;
    check(extra.readUInt16LE(0) === 1, "a value that does not fit is in the ZIP64 extra field");
    at += 8;
    return eight(extra, at - 8);
  };
}

const eight = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at));

function check(holds: boolean, promise: string): void {
  if (!holds) throw new Error(`not so: ${promise}`);
}
