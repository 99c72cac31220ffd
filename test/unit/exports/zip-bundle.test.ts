import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { PIECE_BYTES } from "../../../shared/exports/growing-file.ts";
import type { Spool } from "../../../shared/exports/spool.ts";
import { createZipBundle, type ZipBundle } from "../../../shared/exports/zip-bundle.ts";
import { MIB, noise, noiseOf } from "./noise.ts";
import { readOutside } from "./outside-readers.ts";
import { readArchive } from "./read-archive.ts";
import { archiveOf, collected, createRecordingSpool, type RecordingSpool } from "./recording-spool.ts";

const MODIFIED = Date.UTC(2026, 3, 1, 12, 34, 56);
const LINE = 64 * 1024;

const folder = mkdtempSync(path.join(tmpdir(), "exports-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Files by name, with their whole text. */
type Texts = Readonly<Record<string, string>>;

/** Writes all files side by side, a piece of each in turn, as a program of several kinds of records does. */
async function writeTogether(zip: ZipBundle, texts: Texts, piece = LINE): Promise<void> {
  const growing = Object.entries(texts).map(([name, text]) => ({ file: zip.file(name), text }));
  const longest = Math.max(0, ...growing.map(({ text }) => text.length));
  for (let at = 0; at < longest; at += piece) {
    for (const { file, text } of growing) if (at < text.length) await file.write(text.slice(at, at + piece));
  }
}

async function archived(texts: Texts, spool: RecordingSpool = createRecordingSpool()) {
  const zip = createZipBundle(spool, MODIFIED);
  await writeTogether(zip, texts);
  const finished = await zip.finish(Object.keys(texts));
  return { spool, finished, object: await collected(archiveOf(zip)) };
}

/** What any reader has to find. */
const expected = (texts: Texts) => Object.entries(texts).map(([name, text]) => found(name, Buffer.from(text)));

const found = (name: string, content: Buffer) => ({
  name,
  bytes: content.length,
  sha256: createHash("sha256").update(content).digest("hex"),
});

const read = (object: Buffer) => readArchive(object).map(({ name, content }) => found(name, content));

const small = "partner_id,partner_name\r\npart_1,Ωmega 日本 🎉\r\n";

const ARCHIVES: Readonly<Record<string, Texts>> = {
  "no file at all": {},
  "files without any text": { "applications.csv": "", "deals.csv": "" },
  "small files": { "partners.csv": small, "deals.csv": small.repeat(3), "日本.csv": small.repeat(5000) },
  "small files around one of several pieces": {
    "applications.csv": "",
    "customers.csv": small,
    "deals.csv": noise(noiseOf(12 * MIB), "deals"),
    "leads.csv": small,
    "partners.csv": "",
  },
  "files that grow to several pieces side by side, and one of a single piece": {
    "rewards.csv": noise(noiseOf(17 * MIB), "rewards"),
    "partners.csv": small,
    "customers.csv": noise(noiseOf(6 * MIB), "customers"),
    "transactions.csv": noise(noiseOf(11 * MIB), "transactions"),
    "manifest.json": "{}\n",
  },
};

test.each(Object.entries(ARCHIVES))("an archive of %s is read by others", async (title, texts) => {
  const { object, finished, spool } = await archived(texts);
  expect(finished).toEqual(expected(texts));
  expect(read(object)).toEqual(expected(texts));
  const file = path.join(folder, `${title}.zip`);
  writeFileSync(file, object);
  const modified = "2026-04-01 12:34:56";
  expect(readOutside([file], modified)).toEqual([expected(texts).map((each) => ({ ...each, modified }))]);
  for (const [name, text] of Object.entries(texts)) {
    const sizes = spool.sizes(name);
    // Of noise a quarter goes; small text stays below a piece anyhow. What does not fill a piece never leaves.
    expect(sizes, name).toHaveLength(Math.floor((text.length * 3) / 4 / PIECE_BYTES));
    for (const bytes of sizes) expect(bytes).toBeGreaterThanOrEqual(PIECE_BYTES);
    for (const bytes of sizes) expect(bytes).toBeLessThan(PIECE_BYTES + MIB / 4);
  }
  // Each piece is fetched once, in the order of the archive, which is the order of the files.
  const files = Object.keys(texts);
  const order = (piece: string) => files.findIndex((name) => piece.startsWith(`${name}/`));
  expect(spool.askedFor.map(order)).toEqual(spool.begun.map(order).toSorted((a, b) => a - b));
  expect(spool.askedFor.toSorted()).toEqual(spool.begun.toSorted());
});

test("pieces are put aside as they fill, not in the order of the archive", async () => {
  const texts = { "a.csv": noise(noiseOf(10 * MIB), "a"), "b.csv": noise(noiseOf(18 * MIB), "b"), "c.csv": "end" };
  // The first piece to leave is the last to arrive.
  const spool = createRecordingSpool({ onPut: async (piece) => sleep(piece === "a.csv/000000" ? 200 : 1) });
  const { object } = await archived(texts, spool);
  expect(read(object)).toEqual(expected(texts));
  const { begun, askedFor } = spool;
  expect(begun).toHaveLength(2 + 4);
  expect(begun.indexOf("b.csv/000000")).toBeLessThan(begun.indexOf("a.csv/000001"));
  expect(begun).not.toEqual(begun.toSorted());
  expect(askedFor).toEqual(begun.toSorted());
});

test("an archive asks for a piece only when its turn comes", async () => {
  const texts = { "a.csv": small, "b.csv": noise(noiseOf(9 * MIB)) };
  const spool = createRecordingSpool();
  const zip = createZipBundle(spool, MODIFIED);
  await writeTogether(zip, texts);
  let bytes = 0;
  for await (const chunk of archiveOf(zip)) {
    bytes += chunk.length;
    expect(chunk.length).toBeLessThan(PIECE_BYTES);
    // Headers and the small file come before the first piece.
    expect(spool.askedFor.length).toBeLessThanOrEqual(1 + bytes / PIECE_BYTES);
  }
  expect(spool.askedFor).toEqual(["b.csv/000000", "b.csv/000001"]);
  expect(bytes).toBeGreaterThan(8.8 * MIB);
});

test("the same files make the same bytes, however slow the spool is", async () => {
  const texts = { "a.csv": noise(noiseOf(11 * MIB), "a"), "b.csv": small };
  const fast = await archived(texts);
  const wait = async () => sleep(50);
  const slow = await archived(texts, createRecordingSpool({ onPut: wait, onRead: wait }));
  expect(slow.object.equals(fast.object)).toBe(true);
});

test("how the text is cut into writes makes no difference to what is read", async () => {
  const texts = { "a.csv": "Ωmega 日本,\r\n".repeat(20_000) };
  for (const piece of [7, LINE - 1, LINE, texts["a.csv"].length]) {
    const zip = createZipBundle(createRecordingSpool(), MODIFIED);
    await writeTogether(zip, texts, piece);
    expect(read(await collected(archiveOf(zip))), `${piece}`).toEqual(expected(texts));
  }
});

test("a file can be opened and written after others have ended", async () => {
  const zip = createZipBundle(createRecordingSpool(), MODIFIED);
  await zip.file("a.csv").write("a");
  expect(await zip.finish(["a.csv"])).toMatchObject([{ name: "a.csv", bytes: 1 }]);
  await zip.file("manifest.json").write("{}");
  const archive = readArchive(await collected(archiveOf(zip)));
  expect(archive.map(({ name, content }) => [name, content.toString()])).toEqual([
    ["a.csv", "a"],
    ["manifest.json", "{}"],
  ]);
});

test("what is asked to end must be there", async () => {
  const zip = createZipBundle(createRecordingSpool(), MODIFIED);
  await expect(zip.finish(["a.csv"])).rejects.toThrow("the bundle has no file a.csv");
});

/** Writes lines to one file for as long as there is room for more, up to a limit. */
async function pour(zip: ZipBundle, line: string, limit: number) {
  const file = zip.file("a.csv");
  const poured = { characters: 0, end: Promise.resolve() };
  poured.end = (async () => {
    while (poured.characters < limit) {
      await file.write(line);
      poured.characters += line.length;
    }
  })();
  return poured;
}

test.each([20, 40])(
  "against a spool that stands still, %s MiB are taken no further than the file's share of memory",
  async (mib) => {
    const gate = Promise.withResolvers<void>();
    const spool = createRecordingSpool({ onPut: async () => gate.promise });
    const zip = createZipBundle(spool, MODIFIED);
    const limit = noiseOf(mib * MIB);
    const poured = await pour(zip, noise(LINE), limit);
    for (let last = -1; last !== poured.characters || spool.begun.length === 0;) {
      last = poured.characters;
      await sleep(150);
    }
    // The piece on its way, and half of the next one.
    expect(poured.characters).toBeLessThan(noiseOf(1.5 * PIECE_BYTES + MIB));
    expect(spool.begun).toEqual(["a.csv/000000"]);
    gate.resolve();
    await poured.end;
    expect((await collected(archiveOf(zip))).length).toBeGreaterThan(mib * MIB * 0.98);
  },
);

test("with a slow spool, what is held never exceeds two pieces of a file", async () => {
  const spool = createRecordingSpool({ onPut: async () => sleep(20) });
  const zip = createZipBundle(spool, MODIFIED);
  const file = zip.file("a.csv");
  const line = noise(LINE);
  let most = 0;
  for (let written = 0; written < noiseOf(35 * MIB); written += LINE) {
    await file.write(line);
    most = Math.max(most, (written * 3) / 4 - spool.arrived);
  }
  expect((await collected(archiveOf(zip))).length).toBeGreaterThan(34 * MIB);
  expect(most).toBeLessThan(2 * PIECE_BYTES);
});

test("files that stand still side by side hold no more than their share each", async () => {
  const gate = Promise.withResolvers<void>();
  const spool = createRecordingSpool({ onPut: async () => gate.promise });
  const zip = createZipBundle(spool, MODIFIED);
  const names = ["a.csv", "b.csv", "c.csv"];
  const line = noise(LINE);
  let characters = 0;
  const all = names.map(async (name) => {
    const file = zip.file(name);
    for (let written = 0; written < noiseOf(12 * MIB); written += LINE) {
      await file.write(line);
      characters += LINE;
    }
  });
  for (let last = -1; last !== characters;) {
    last = characters;
    await sleep(150);
  }
  expect(characters).toBeLessThan(names.length * noiseOf(1.5 * PIECE_BYTES + MIB));
  expect(spool.begun.toSorted()).toEqual(names.map((name) => `${name}/000000`));
  gate.resolve();
  await Promise.all(all);
  expect((await collected(archiveOf(zip))).length).toBeGreaterThan(names.length * 11.7 * MIB);
});

test("a file has ended only when its slowest piece has arrived", async () => {
  let isThere = false;
  const onPut = async () => {
    await sleep(300);
    isThere = true;
  };
  const spool = createRecordingSpool({ onPut });
  const zip = createZipBundle(spool, MODIFIED);
  const texts = { "a.csv": noise(noiseOf(4 * MIB + 2 * LINE)) };
  await writeTogether(zip, texts);
  expect(isThere).toBe(false);
  expect(await zip.finish(["a.csv"])).toEqual(expected(texts));
  expect(isThere).toBe(true);
  expect(read(await collected(archiveOf(zip)))).toEqual(expected(texts));
});

const refused = () => Promise.reject(new Error("the bucket is gone"));

/** Writes a small and a large file, and reads the archive, until something says no. */
async function attempt(spool: Spool): Promise<unknown> {
  const zip = createZipBundle(spool, MODIFIED);
  try {
    await writeTogether(zip, { "a.csv": small, "b.csv": noise(noiseOf(10.5 * MIB)), "c.csv": "end" });
    await zip.finish(["a.csv", "b.csv", "c.csv"]);
    return await collected(archiveOf(zip));
  } catch (error) {
    return error;
  }
}

const PIECES = ["b.csv/000000", "b.csv/000001"];

test("what is refused below is asked for at all", async () => {
  const spool = createRecordingSpool();
  expect(await attempt(spool)).toBeInstanceOf(Buffer);
  expect([spool.begun, spool.askedFor]).toEqual([PIECES, PIECES]);
});

test.each(["onPut", "onRead"] as const)(
  "a spool that refuses any piece, or every one, is heard of (%s)",
  async (when) => {
    for (const isRefused of [...PIECES.map((name) => (piece: string) => piece === name), () => true]) {
      const spool = createRecordingSpool({
        [when]: async (piece: string) => (isRefused(piece) ? refused() : nextTurn()),
      });
      expect(await attempt(spool)).toEqual(new Error("the bucket is gone"));
    }
  },
);

test("nothing more is taken once a piece was refused", async () => {
  const zip = createZipBundle(createRecordingSpool({ onPut: refused }), MODIFIED);
  const poured = await pour(zip, noise(LINE), noiseOf(40 * MIB));
  await expect(poured.end).rejects.toThrow("the bucket is gone");
  expect(poured.characters).toBeLessThan(noiseOf(2 * PIECE_BYTES));
});

test.each(["put", "read"] as const)("a spool whose %s fails at once, without a promise, is heard of", async (what) => {
  const throws = () => {
    throw new Error("no socket");
  };
  expect(await attempt({ ...createRecordingSpool(), [what]: throws })).toEqual(new Error("no socket"));
});

test("a piece that breaks off on its way back is heard of", async () => {
  const spool = createRecordingSpool();
  async function* breaking(piece: string) {
    for await (const chunk of spool.read(piece)) {
      yield chunk;
      throw new Error("the line is dead");
    }
  }
  expect(await attempt({ put: spool.put, read: breaking })).toEqual(new Error("the line is dead"));
});

test("an archive whose reader leaves lets go of the piece under way", async () => {
  const spool = createRecordingSpool();
  let open = 0;
  async function* reading(piece: string) {
    open += 1;
    try {
      yield* spool.read(piece);
    } finally {
      open -= 1;
    }
  }
  const zip = createZipBundle({ put: spool.put, read: reading }, MODIFIED);
  await writeTogether(zip, { "b.csv": noise(noiseOf(10.5 * MIB)) });
  for await (const chunk of archiveOf(zip)) {
    // Behind the header, a piece is under way.
    if (chunk.length < 1000) continue;
    expect(open).toBe(1);
    break;
  }
  expect(open).toBe(0);
});

test("a piece that is refused after the last line is heard of at the end of the file", async () => {
  const gate = Promise.withResolvers<void>();
  const spool = createRecordingSpool({ onPut: async () => gate.promise });
  const zip = createZipBundle(spool, MODIFIED);
  const file = zip.file("a.csv");
  await file.write(noise(noiseOf(4 * MIB + LINE)));
  while (spool.begun.length === 0) await nextTurn();
  gate.reject(new Error("the bucket is gone"));
  await expect(zip.finish(["a.csv"])).rejects.toThrow("the bucket is gone");
  await expect(collected(archiveOf(zip))).rejects.toThrow("the bucket is gone");
});
