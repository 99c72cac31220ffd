import { crc32 } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FileProblem } from "../../../shared/imports/file-problem.ts";
import { extract, readDirectory, type ReadRange } from "../../../shared/imports/zip-reader.ts";
import { makeZip } from "./make-zip.ts";

const reading =
  (archive: Buffer): ReadRange =>
  async ({ from, to }) => {
    await Promise.resolve();
    return (async function* chunks() {
      for (let at = from; at < Math.min(to, archive.length); at += 1000) {
        yield archive.subarray(at, Math.min(at + 1000, to));
        await Promise.resolve();
      }
    })();
  };

async function unpack(archive: Buffer): Promise<Record<string, string> | undefined> {
  const read = reading(archive);
  const files = await readDirectory(read, archive.length);
  if (files === undefined) return undefined;
  const found: Record<string, string> = {};
  for (const file of files) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of extract(read, file)) chunks.push(chunk);
    found[file.name] = Buffer.concat(chunks).toString();
  }
  return found;
}

const LONG = Array.from({ length: 20_000 }, (_, at) => `row ${at}`).join("\n");
const FILES = [
  ["partners.csv", LONG],
  ["sub/ü.csv", "a,b\n"],
  ["empty.csv", ""],
] as const;
const ARCHIVE = makeZip(FILES);

/** An archive of one file that is stored as it is, all sizes in the ZIP64 field. */
function wide(text: string): Buffer {
  const name = Buffer.from("a.csv");
  const body = Buffer.from(text);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt32LE(crc32(body), 16);
  for (const at of [20, 24, 42]) central.writeUInt32LE(0xffffffff, at);
  central.writeUInt16LE(name.length, 28);
  central.writeUInt16LE(28, 30);
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  extra.writeBigUInt64LE(BigInt(body.length), 4);
  extra.writeBigUInt64LE(BigInt(body.length), 12);
  const directory = Buffer.concat([central, name, extra]);
  const offset = local.length + name.length + body.length;
  const end64 = Buffer.alloc(56);
  end64.writeUInt32LE(0x06064b50, 0);
  end64.writeBigUInt64LE(1n, 32);
  end64.writeBigUInt64LE(BigInt(directory.length), 40);
  end64.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + directory.length), 8);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(0xffff, 10);
  end.writeUInt32LE(0xffffffff, 12);
  end.writeUInt32LE(0xffffffff, 16);
  return Buffer.concat([local, name, body, directory, end64, locator, end]);
}

describe("a ZIP archive", () => {
  it("gives its files, whole", async () => {
    expect(await unpack(ARCHIVE)).toEqual(Object.fromEntries(FILES));
  });

  it("may have a comment behind it", async () => {
    const comment = Buffer.from("made by hand");
    const archive = Buffer.concat([ARCHIVE, comment]);
    archive.writeUInt16LE(comment.length, ARCHIVE.length - 2);
    expect(Object.keys((await unpack(archive)) ?? {})).toHaveLength(3);
  });

  it("may be stored uncompressed, and have its sizes in ZIP64", async () => {
    expect(await unpack(wide("a,b\n1,2\n"))).toEqual({ "a.csv": "a,b\n1,2\n" });
  });

  it("is none without its end", async () => {
    for (const bytes of [0, 1, 21, 100, ARCHIVE.length - 1]) {
      expect(await unpack(ARCHIVE.subarray(0, bytes))).toBeUndefined();
    }
  });

  it("that would unpack to more than it says is stopped there", async () => {
    const archive = Buffer.from(ARCHIVE);
    const at = archive.indexOf("PK\u0001\u0002", 0, "latin1");
    archive.writeUInt32LE(10, at + 24);
    await expect(unpack(archive)).rejects.toThrow("partners.csv is larger than it says");
  });

  it("whose content is not what it says is told as damaged", async () => {
    const archive = Buffer.from(ARCHIVE);
    const at = archive.indexOf("PK\u0001\u0002", 0, "latin1");
    archive.writeUInt32LE(7, at + 16);
    await expect(unpack(archive)).rejects.toThrow("partners.csv is damaged");
  });

  it("that was changed anywhere gives its content or a problem in words, and never hangs", async () => {
    const small = makeZip([["partners.csv", LONG.slice(0, 300)]]);
    const changes = fc.array(fc.record({ at: fc.nat(small.length - 1), to: fc.nat(255) }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(changes, async (all) => {
        const archive = Buffer.from(small);
        for (const { at, to } of all) archive[at] = to;
        const problem = await unpack(archive).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (problem !== undefined) expect(problem).toBeInstanceOf(FileProblem);
      }),
      { numRuns: 2000 },
    );
  });
});
