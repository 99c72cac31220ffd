import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { GrownFile } from "../../../shared/exports/growing-file.ts";
import { uploadArchive, type UploadProgress } from "../../../shared/exports/upload-archive.ts";
import { createZipBundle } from "../../../shared/exports/zip-bundle.ts";
import { createMemoryObjectStore } from "../../fakes/memory-object-store.ts";
import { MIB, noise, noiseOf } from "./noise.ts";
import { readOutside } from "./outside-readers.ts";
import { readArchive } from "./read-archive.ts";
import { archiveOf, createRecordingSpool } from "./recording-spool.ts";

const MODIFIED = Date.UTC(2026, 3, 1, 12, 34, 56);
const NAMES = ["a.csv", "b.csv", "c.csv"];

const folder = mkdtempSync(path.join(tmpdir(), "sittings-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What is written to which file in each sitting. */
type Sittings = readonly (readonly (readonly [name: string, text: string])[])[];

/** Writes sitting by sitting, each going on from nothing but what the one before has left. */
async function inSittings(sittings: Sittings) {
  const spool = createRecordingSpool();
  let grown: readonly GrownFile[] = [];
  for (const [at, writes] of sittings.entries()) {
    const zip = createZipBundle(spool, MODIFIED, { grown, prefix: `try${at}/` });
    for (const name of NAMES) zip.file(name);
    for (const [name, text] of writes) await zip.file(name).write(text);
    // It has to be possible to put it all down as text, as a checkpoint does.
    grown = JSON.parse(JSON.stringify(await zip.rest())) as GrownFile[];
  }
  return { spool, grown, zip: createZipBundle(spool, MODIFIED, { grown, prefix: "last/" }) };
}

const textsOf = (sittings: Sittings) =>
  NAMES.map((name) => ({
    name,
    content: Buffer.from(
      sittings
        .flat()
        .filter(([file]) => file === name)
        .map(([, text]) => text)
        .join(""),
    ),
  }));

const told = ({ name, content }: { name: string; content: Buffer }) => ({
  name,
  bytes: content.length,
  sha256: createHash("sha256").update(content).digest("hex"),
});

async function whole(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

const line = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.constant("x".repeat(70_000)),
  fc.nat(200_000).map((length) => noise(length)),
);

test("whatever is written in whatever sittings, the archive holds it, and its digests are true", async () => {
  const sittings = fc.array(fc.array(fc.tuple(fc.constantFrom(...NAMES), line), { maxLength: 4 }), {
    minLength: 1,
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(sittings, async (each) => {
      const { zip } = await inSittings(each);
      const expected = textsOf(each).map(told);
      expect(await zip.finish(NAMES)).toEqual(expected);
      expect(readArchive(await whole(archiveOf(zip))).map(told)).toEqual(expected);
    }),
    { numRuns: 40, seed: 9 },
  );
});

test("an archive of several sittings is read by others", async () => {
  const sittings: Sittings = [
    [["a.csv", noise(noiseOf(5 * MIB), "a")]],
    [["c.csv", "Ωmega 日本\r\n"]],
    [],
    [
      ["a.csv", "the end\r\n"],
      ["c.csv", "🎉\r\n".repeat(9)],
    ],
  ];
  const { zip } = await inSittings(sittings);
  const file = path.join(folder, "sittings.zip");
  writeFileSync(file, await whole(archiveOf(zip)));
  const modified = "2026-04-01 12:34:56";
  expect(readOutside([file], modified)).toEqual([textsOf(sittings).map((one) => ({ ...told(one), modified }))]);
});

test("what a file has to unpack at its end is told before, and nothing where it was written in one go or has ended", async () => {
  const { zip, grown, spool } = await inSittings([[["a.csv", "one"]], [["a.csv", "Ω"]]]);
  expect(NAMES.map((name) => zip.unpacks(name))).toEqual([5, 0, 0]);
  await zip.finish(NAMES);
  const ended = createZipBundle(spool, MODIFIED, { grown: await zip.rest() });
  expect(ended.unpacks("a.csv")).toBe(0);
  expect(createZipBundle(spool, MODIFIED, { grown }).unpacks("nobody.csv")).toBe(0);
  const fresh = createZipBundle(spool, MODIFIED);
  await fresh.file("a.csv").write("one");
  expect(fresh.unpacks("a.csv")).toBe(0);
});

test("a file whose pieces are not what was put aside is not finished", async () => {
  const { zip, spool, grown } = await inSittings([[["a.csv", "one"]], [["a.csv", "two"]]]);
  const piece = grown[0]?.pieces[1]?.piece ?? "";
  const first = grown[0]?.pieces[0]?.piece ?? "";
  const swapped = { ...spool, read: (name: string) => spool.read(name === piece ? first : name) };
  const damaged = createZipBundle(swapped, MODIFIED, { grown });
  await expect(damaged.finish(["a.csv"])).rejects.toThrow("the pieces of a.csv do not add up");
  expect(await zip.finish(["a.csv"])).toMatchObject([{ bytes: 6 }]);
});

/** A large archive, all of it in the spool. */
async function largeArchive() {
  const sittings: Sittings = [
    [
      ["a.csv", noise(noiseOf(21 * MIB), "a")],
      ["b.csv", "small"],
      ["c.csv", noise(noiseOf(11 * MIB), "c")],
    ],
  ];
  const { zip } = await inSittings(sittings);
  await zip.finish(NAMES);
  return { chunks: await zip.chunks(), expected: textsOf(sittings).map(told) };
}

/** Uploads in sittings of one part each. */
async function uploadPartByPart(bundles: ReturnType<typeof createMemoryObjectStore>, between = async () => {}) {
  const { chunks, expected } = await largeArchive();
  let from: UploadProgress | null = null;
  let sittings = 0;
  do {
    sittings += 1;
    from = (await uploadArchive(bundles, "bundle.zip", chunks, { from, isTimeUp: () => true })) ?? null;
    if (from !== null && sittings === 2) await between();
  } while (from !== null);
  const archive = Buffer.from(bundles.object("bundle.zip")?.bytes ?? []);
  expect(readArchive(archive).map(told)).toEqual(expected);
  expect(bundles.openUploads).toBe(0);
  return sittings;
}

test("an archive is uploaded in sittings, each going on where the one before has stopped", async () => {
  expect(await uploadPartByPart(createMemoryObjectStore())).toBe(4);
});

test("an upload that is gone is begun anew", async () => {
  const bundles = createMemoryObjectStore();
  const gone = async () => {
    for (const id of bundles.uploads()) await bundles.resume("bundle.zip", { id, parts: [] }).abort();
  };
  expect(await uploadPartByPart(bundles, gone)).toBe(6);
});

test("a failing upload is called off, unless somebody can go on with it", async () => {
  const { chunks } = await largeArchive();
  const broken = chunks.map((chunk, at) => ({ ...chunk, bytes: chunk.bytes + (at === 6 ? 1 : 0) }));
  const bundles = createMemoryObjectStore();
  const forEver = { from: null, isTimeUp: () => false };
  await expect(uploadArchive(bundles, "bundle.zip", broken, forEver)).rejects.toThrow("another length");
  expect(bundles.openUploads).toBe(0);
  const rested = await uploadArchive(bundles, "bundle.zip", broken, { from: null, isTimeUp: () => true });
  const again = uploadArchive(bundles, "bundle.zip", broken, { from: rested ?? null, isTimeUp: () => false });
  await expect(again).rejects.toThrow("another length");
  expect(bundles.openUploads).toBe(1);
});
