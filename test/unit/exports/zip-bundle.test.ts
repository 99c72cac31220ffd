import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { createZipBundle, type ZipBundle } from "../../../shared/exports/zip-bundle.ts";
import { MIB, noise, noiseOf } from "./noise.ts";
import { readOutside } from "./outside-readers.ts";
import { readArchive } from "./read-archive.ts";
import { createRecordingUpload, type RecordingUpload } from "./recording-upload.ts";

const MODIFIED = Date.UTC(2026, 3, 1, 12, 34, 56);
const PART = 5 * MIB;
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

async function archived(texts: Texts, upload: RecordingUpload = createRecordingUpload()) {
  const zip = createZipBundle(upload, MODIFIED);
  await writeTogether(zip, texts);
  const finished = await zip.finish(Object.keys(texts));
  const { bytes } = await zip.complete();
  const object = upload.object();
  expect(object).toHaveLength(bytes);
  return { upload, object, finished };
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
  "small files around one of several parts": {
    "applications.csv": "",
    "customers.csv": small,
    "deals.csv": noise(noiseOf(12 * MIB), "deals"),
    "leads.csv": small,
    "partners.csv": "",
  },
  "files that grow to several parts side by side, and one whose beginning alone is a part": {
    "rewards.csv": noise(noiseOf(17 * MIB), "rewards"),
    "partners.csv": small,
    "customers.csv": noise(noiseOf(6 * MIB), "customers"),
    "transactions.csv": noise(noiseOf(11 * MIB), "transactions"),
    "manifest.json": "{}\n",
  },
};

test.each(Object.entries(ARCHIVES))("an archive of %s is read by others", async (title, texts) => {
  const { object, finished, upload } = await archived(texts);
  expect(finished).toEqual(expected(texts));
  expect(read(object)).toEqual(expected(texts));
  const file = path.join(folder, `${title}.zip`);
  writeFileSync(file, object);
  const modified = "2026-04-01 12:34:56";
  expect(readOutside([file], modified)).toEqual([expected(texts).map((each) => ({ ...each, modified }))]);
  for (const bytes of upload.sizes().slice(0, -1)) expect(bytes).toBeGreaterThanOrEqual(PART);
});

test("parts are uploaded as they fill, not in the order of the archive", async () => {
  const texts = { "a.csv": noise(noiseOf(11 * MIB), "a"), "b.csv": noise(noiseOf(16 * MIB), "b"), "c.csv": "end" };
  // The first part to leave is the last to arrive.
  const upload = createRecordingUpload({ onPart: async (number) => sleep(number === 2 ? 200 : 1) });
  const { object } = await archived(texts, upload);
  expect(read(object)).toEqual(expected(texts));
  const { begun } = upload;
  expect(begun).not.toEqual(begun.toSorted((a, b) => a - b));
  // The beginning of each file leaves behind all that follows it in the file.
  expect(begun.indexOf(1)).toBeGreaterThan(begun.indexOf(2));
  expect(begun.at(-1)).toBe(10_000);
});

test("the same files make the same bytes, however slow the upload is", async () => {
  const texts = { "a.csv": noise(noiseOf(11 * MIB), "a"), "b.csv": small };
  const fast = await archived(texts);
  const slow = await archived(texts, createRecordingUpload({ onPart: async () => sleep(50) }));
  expect(slow.object.equals(fast.object)).toBe(true);
});

test("how the text is cut into writes makes no difference to what is read", async () => {
  const texts = { "a.csv": "Ωmega 日本,\r\n".repeat(20_000) };
  for (const piece of [7, LINE - 1, LINE, texts["a.csv"].length]) {
    const upload = createRecordingUpload();
    const zip = createZipBundle(upload, MODIFIED);
    await writeTogether(zip, texts, piece);
    await zip.complete();
    expect(read(upload.object()), `${piece}`).toEqual(expected(texts));
  }
});

test("a file can be opened and written after others have ended", async () => {
  const upload = createRecordingUpload();
  const zip = createZipBundle(upload, MODIFIED);
  await zip.file("a.csv").write("a");
  expect(await zip.finish(["a.csv"])).toMatchObject([{ name: "a.csv", bytes: 1 }]);
  await zip.file("manifest.json").write("{}");
  await zip.complete();
  expect(readArchive(upload.object()).map(({ name, content }) => [name, content.toString()])).toEqual([
    ["a.csv", "a"],
    ["manifest.json", "{}"],
  ]);
});

test("what is asked to end must be there", async () => {
  const zip = createZipBundle(createRecordingUpload(), MODIFIED);
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
  "against an upload that stands still, %s MiB are taken no further than its share of memory",
  async (mib) => {
    const gate = Promise.withResolvers<void>();
    const upload = createRecordingUpload({ onPart: async () => gate.promise });
    const zip = createZipBundle(upload, MODIFIED);
    const limit = noiseOf(mib * MIB);
    const poured = await pour(zip, noise(LINE), limit);
    for (let last = -1; last !== poured.characters;) {
      last = poured.characters;
      await sleep(150);
    }
    // The beginning of the file, the part on its way, and half of the next one.
    expect(poured.characters).toBeLessThan(noiseOf(2.5 * PART + MIB));
    expect(upload.begun).toEqual([2]);
    gate.resolve();
    await poured.end;
    await zip.complete();
    expect(upload.object().length).toBeGreaterThan(mib * MIB * 0.98);
  },
);

test("with a slow upload, what is held never exceeds the beginning of the file and two parts", async () => {
  const upload = createRecordingUpload({ onPart: async () => sleep(20) });
  const zip = createZipBundle(upload, MODIFIED);
  const file = zip.file("a.csv");
  const line = noise(LINE);
  let most = 0;
  for (let written = 0; written < noiseOf(35 * MIB); written += LINE) {
    await file.write(line);
    most = Math.max(most, (written * 3) / 4 - upload.arrived);
  }
  await zip.complete();
  expect(upload.object().length).toBeGreaterThan(34 * MIB);
  expect(most).toBeLessThan(3 * PART + MIB);
});

test("the archive is complete only when its slowest part has arrived", async () => {
  const upload = createRecordingUpload({ onPart: async (number) => sleep(number === 2 ? 300 : 0) });
  const texts = { "a.csv": noise(noiseOf(10 * MIB + 2 * LINE)) };
  expect(read((await archived(texts, upload)).object)).toEqual(expected(texts));
});

const refused = () => Promise.reject(new Error("the bucket is gone"));

/** Writes a small and a large file until something says no. */
async function attempt(upload: RecordingUpload): Promise<unknown> {
  const zip = createZipBundle(upload, MODIFIED);
  try {
    await writeTogether(zip, { "a.csv": small, "b.csv": noise(noiseOf(10.5 * MIB)), "c.csv": "end" });
    await zip.finish(["a.csv", "b.csv", "c.csv"]);
    return await zip.complete();
  } catch (error) {
    return error;
  }
}

test.each([
  // The second file has the numbers from 1201 on: first its beginning, then the parts behind that.
  ["a part while the file grows", (number: number) => number === 1202],
  ["the beginning of a file", (number: number) => number === 1201],
  ["the last part", (number: number) => number === 10_000],
  ["every part", () => true],
])("an upload that refuses %s is heard of", async (_, refuses) => {
  const upload = createRecordingUpload({ onPart: async (number) => (refuses(number) ? refused() : nextTurn()) });
  expect(await attempt(upload)).toEqual(new Error("the bucket is gone"));
  expect(upload.isComplete).toBe(false);
});

test("nothing more is taken once a part was refused", async () => {
  const zip = createZipBundle(createRecordingUpload({ onPart: refused }), MODIFIED);
  const poured = await pour(zip, noise(LINE), noiseOf(40 * MIB));
  await expect(poured.end).rejects.toThrow("the bucket is gone");
  expect(poured.characters).toBeLessThan(noiseOf(3 * PART));
});

test("an upload that fails at once, without a promise, is heard of", async () => {
  const upload = createRecordingUpload();
  const throws = () => {
    throw new Error("no socket");
  };
  expect(await attempt({ ...upload, part: throws })).toEqual(new Error("no socket"));
});

test("an upload that cannot be completed is heard of", async () => {
  expect(await attempt(createRecordingUpload({ onComplete: refused }))).toEqual(new Error("the bucket is gone"));
});

test("a part that is refused after the last line is heard of at the end of the file", async () => {
  const gate = Promise.withResolvers<void>();
  const zip = createZipBundle(createRecordingUpload({ onPart: async () => gate.promise }), MODIFIED);
  const file = zip.file("a.csv");
  await file.write(noise(noiseOf(10 * MIB + LINE)));
  gate.reject(new Error("the bucket is gone"));
  await expect(zip.finish(["a.csv"])).rejects.toThrow("the bucket is gone");
  await expect(zip.complete()).rejects.toThrow("the bucket is gone");
});
