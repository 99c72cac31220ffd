import { closeSync, mkdtempSync, openSync, readSync, rmSync, fstatSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { centralDirectory, localHeader, type ZipEntry } from "../../../shared/exports/zip-format.ts";
import { readOutside } from "./outside-readers.ts";
import { readArchive } from "./read-archive.ts";

const GIB = 1024 ** 3;
const FITS = 0xfffffffe;
const FULL = 0xffffffff;

type Layout = readonly (readonly [field: string, bytes: 2 | 4 | 8])[];

// APPNOTE 6.3.10, section by section.
const LOCAL_4_3_7: Layout = [
  ["signature", 4],
  ["versionNeeded", 2],
  ["flags", 2],
  ["method", 2],
  ["time", 2],
  ["date", 2],
  ["crc", 4],
  ["compressed", 4],
  ["bytes", 4],
  ["nameLength", 2],
  ["extraLength", 2],
];
const CENTRAL_4_3_12: Layout = [
  ["signature", 4],
  ["versionMadeBy", 2],
  ["versionNeeded", 2],
  ["flags", 2],
  ["method", 2],
  ["time", 2],
  ["date", 2],
  ["crc", 4],
  ["compressed", 4],
  ["bytes", 4],
  ["nameLength", 2],
  ["extraLength", 2],
  ["commentLength", 2],
  ["disk", 2],
  ["internalAttributes", 2],
  ["externalAttributes", 4],
  ["offset", 4],
];
const END_64_4_3_14: Layout = [
  ["signature", 4],
  ["recordSize", 8],
  ["versionMadeBy", 2],
  ["versionNeeded", 2],
  ["disk", 4],
  ["directoryDisk", 4],
  ["countHere", 8],
  ["count", 8],
  ["size", 8],
  ["offset", 8],
];
const LOCATOR_64_4_3_15: Layout = [
  ["signature", 4],
  ["endDisk", 4],
  ["endOffset", 8],
  ["disks", 4],
];
const END_4_3_16: Layout = [
  ["signature", 4],
  ["disk", 2],
  ["directoryDisk", 2],
  ["countHere", 2],
  ["count", 2],
  ["size", 4],
  ["offset", 4],
  ["commentLength", 2],
];

const sizeOf = (layout: Layout): number => layout.reduce((sum, [, bytes]) => sum + bytes, 0);

function decode(buffer: Buffer, layout: Layout, from = 0): Record<string, number> {
  let at = from;
  return Object.fromEntries(
    layout.map(([field, bytes]) => {
      at += bytes;
      return [field, bytes === 8 ? Number(buffer.readBigUInt64LE(at - 8)) : buffer.readUIntLE(at - bytes, bytes)];
    }),
  );
}

const anEntry = (overrides: Partial<ZipEntry> = {}): ZipEntry => ({
  name: "partners.csv",
  crc: 0xcafebabe,
  bytes: 1234,
  compressed: 567,
  offset: 89,
  modified: Date.UTC(2026, 3, 1, 12, 34, 57),
  ...overrides,
});

// 2026-04-01 12:34:56; a DOS time counts in twos of seconds.
const DOS = { time: (12 << 11) | (34 << 5) | 28, date: (46 << 9) | (4 << 5) | 1 };
const COMMON = { flags: 0x0800, method: 8, ...DOS, crc: 0xcafebabe, nameLength: 12 };

test("writes the local header of a file that fits", () => {
  const header = localHeader(anEntry());
  expect(decode(header, LOCAL_4_3_7)).toEqual({
    signature: 0x04034b50,
    versionNeeded: 20,
    ...COMMON,
    compressed: 567,
    bytes: 1234,
    extraLength: 0,
  });
  expect(header.subarray(30).toString()).toBe("partners.csv");
});

test.each([
  ["the size is too large", { bytes: 5 * GIB, compressed: GIB }],
  ["the compressed size is too large", { bytes: 3 * GIB, compressed: 5 * GIB }],
  ["a size is the very mark of ZIP64", { bytes: FULL, compressed: 1 }],
])("gives both sizes of a local header in ZIP64 when %s", (_, sizes) => {
  const header = localHeader(anEntry(sizes));
  expect(decode(header, LOCAL_4_3_7)).toMatchObject({
    versionNeeded: 45,
    ...COMMON,
    compressed: FULL,
    bytes: FULL,
    extraLength: 20,
  });
  expect(header.subarray(30, 42).toString()).toBe("partners.csv");
  expect([header.readUInt16LE(42), header.readUInt16LE(44)]).toEqual([0x0001, 16]);
  expect([header.readBigUInt64LE(46), header.readBigUInt64LE(54)]).toEqual([
    BigInt(sizes.bytes),
    BigInt(sizes.compressed),
  ]);
  expect(header).toHaveLength(62);
});

test("keeps to 32 bits up to the largest number that is no mark, wherever the file lies", () => {
  const header = localHeader(anEntry({ bytes: FITS, compressed: FITS, offset: 9 * GIB }));
  expect(decode(header, LOCAL_4_3_7)).toMatchObject({
    versionNeeded: 20,
    compressed: FITS,
    bytes: FITS,
    extraLength: 0,
  });
});

test("counts the length of a name in UTF-8 bytes", () => {
  const header = localHeader(anEntry({ name: "日本.csv" }));
  expect(header.readUInt16LE(26)).toBe(10);
  expect(header.subarray(30).toString()).toBe("日本.csv");
});

test("writes the directory of files that fit, and no ZIP64 records", () => {
  const directory = centralDirectory([anEntry({ offset: 0 }), anEntry({ name: "deals.csv" })], 4321);
  expect(decode(directory, CENTRAL_4_3_12)).toEqual({
    signature: 0x02014b50,
    versionMadeBy: 20,
    versionNeeded: 20,
    ...COMMON,
    compressed: 567,
    bytes: 1234,
    extraLength: 0,
    commentLength: 0,
    disk: 0,
    internalAttributes: 0,
    externalAttributes: 0,
    offset: 0,
  });
  expect(directory.subarray(46, 58).toString()).toBe("partners.csv");
  expect(decode(directory, CENTRAL_4_3_12, 58)).toMatchObject({ signature: 0x02014b50, nameLength: 9, offset: 89 });
  expect(decode(directory, END_4_3_16, 46 + 12 + 46 + 9)).toEqual({
    signature: 0x06054b50,
    disk: 0,
    directoryDisk: 0,
    countHere: 2,
    count: 2,
    size: 113,
    offset: 4321,
    commentLength: 0,
  });
  expect(directory).toHaveLength(113 + 22);
});

test.each<[string, Partial<ZipEntry>, Partial<ZipEntry>, number[]]>([
  ["the size alone", { bytes: 5 * GIB }, { bytes: FULL }, [5 * GIB]],
  ["the compressed size alone", { compressed: 6 * GIB }, { compressed: FULL }, [6 * GIB]],
  ["the offset alone", { offset: 7 * GIB }, { offset: FULL }, [7 * GIB]],
  ["size and offset", { bytes: 5 * GIB, offset: FULL }, { bytes: FULL, offset: FULL }, [5 * GIB, FULL]],
  [
    "all three",
    { bytes: 5 * GIB, compressed: 6 * GIB, offset: 2 ** 50 },
    { bytes: FULL, compressed: FULL, offset: FULL },
    [5 * GIB, 6 * GIB, 2 ** 50],
  ],
  ["nothing, at the largest numbers that fit", { bytes: FITS, compressed: FITS, offset: FITS }, {}, []],
])("puts into the extra field of a directory's header %s", (_, large, marks, values) => {
  const entry = anEntry(large);
  const header = centralDirectory([entry], 1000);
  const { bytes, compressed, offset } = { ...entry, ...marks };
  const extraLength = values.length === 0 ? 0 : 4 + values.length * 8;
  const version = values.length === 0 ? 20 : 45;
  expect(decode(header, CENTRAL_4_3_12)).toMatchObject({
    versionMadeBy: version,
    versionNeeded: version,
    bytes,
    compressed,
    offset,
    extraLength,
  });
  const extra = header.subarray(58, 58 + extraLength);
  if (values.length > 0) expect([extra.readUInt16LE(0), extra.readUInt16LE(2)]).toEqual([0x0001, values.length * 8]);
  expect(values.map((__, index) => Number(extra.readBigUInt64LE(4 + index * 8)))).toEqual(values);
});

test.each([
  ["begins beyond 32 bits", 5 * GIB, FULL],
  ["begins at the mark of ZIP64", FULL, FULL],
  ["ends beyond 32 bits", FITS, FITS],
])("adds the ZIP64 end and its locator when the directory %s", (_, offset, shown) => {
  const directory = centralDirectory([anEntry()], offset);
  const size = 46 + 12;
  expect(decode(directory, END_64_4_3_14, size)).toEqual({
    signature: 0x06064b50,
    // Of what follows this field.
    recordSize: sizeOf(END_64_4_3_14) - 12,
    versionMadeBy: 45,
    versionNeeded: 45,
    disk: 0,
    directoryDisk: 0,
    countHere: 1,
    count: 1,
    size,
    offset,
  });
  expect(decode(directory, LOCATOR_64_4_3_15, size + 56)).toEqual({
    signature: 0x07064b50,
    endDisk: 0,
    endOffset: offset + size,
    disks: 1,
  });
  expect(decode(directory, END_4_3_16, size + 56 + 20)).toMatchObject({
    signature: 0x06054b50,
    countHere: 1,
    count: 1,
    size,
    offset: shown,
  });
  expect(directory).toHaveLength(size + 56 + 20 + 22);
});

test("an archive that begins behind 5 GiB is read by others", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "exports-"));
  try {
    const content = Buffer.from("partner_id\r\npart_1\r\n".repeat(1000));
    const body = deflateRawSync(content);
    const sizes = { crc: crc32(content), bytes: content.length, compressed: body.length };
    const first = anEntry({ ...sizes, offset: 5 * GIB });
    const one = Buffer.concat([localHeader(first), body]);
    const second = anEntry({ ...sizes, name: "deals.csv", offset: 5 * GIB + one.length });
    const files = Buffer.concat([one, localHeader(second), body]);
    const archive = path.join(folder, "far.zip");
    // The five gigabytes before it are a hole that takes no room.
    const file = openSync(archive, "w+");
    writeSync(file, files, 0, files.length, 5 * GIB);
    writeSync(file, centralDirectory([first, second], 5 * GIB + files.length), 0, null, 5 * GIB + files.length);
    const far = Buffer.alloc(fstatSync(file).size - 5 * GIB);
    readSync(file, far, 0, far.length, 5 * GIB);
    closeSync(file);

    expect(readArchive(far, 5 * GIB)).toEqual([
      { name: "partners.csv", content },
      { name: "deals.csv", content },
    ]);
    const [found] = readOutside([archive], "2026-04-01 12:34:56", 5 * GIB);
    expect(found?.map(({ name, bytes, modified }) => [name, bytes, modified])).toEqual([
      ["partners.csv", content.length, "2026-04-01 12:34:56"],
      ["deals.csv", content.length, "2026-04-01 12:34:56"],
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
