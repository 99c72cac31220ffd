import { promisify } from "node:util";
import { deflateRaw, type InputType, type ZlibOptions } from "node:zlib";
import { DEFLATE } from "../../shared/exports/growing-file.ts";
import { uploadArchive } from "../../shared/exports/upload-archive.ts";
import { createZipBundle } from "../../shared/exports/zip-bundle.ts";
import { readArchive } from "../unit/exports/read-archive.ts";
import { AS_OF } from "./bench-job.ts";
import { exportGenerated } from "./export-generated.ts";
import { archiveSink } from "./archive-sink.ts";
import { atLeast, type BenchLine, whole } from "./lines.ts";

const deflated: (input: InputType, options: ZlibOptions) => Promise<Buffer> = promisify(deflateRaw);

/** The least that the bundle's megabytes per second may be of those of zlib alone. */
const LEAST_SPEED = 0.8;

/**
 * The bundle's megabytes per second, from lines of text to the uploaded archive, beside those of zlib alone over the
 * same bytes at the same level; and the whole way, from stored items on.
 */
export async function exportSpeed(rows = 500_000): Promise<BenchLine[]> {
  const { job, archive, seconds, cpuSeconds, isWhole } = await exportGenerated(rows);
  const archived = readArchive(archive).filter(({ name }) => name.endsWith(".csv"));
  const contents = archived.map(({ content }) => content);
  const lines = archived.map(asLines);
  const exact = isWhole && contents.reduce((sum, { length }) => sum + length, 0) === job.bytes;
  const speed = { raw: 0, bundle: 0 };
  // In turns, so that a bad moment of the machine meets both.
  for (let round = 0; round < 8; round++) {
    speed.raw = Math.max(speed.raw, job.bytes / 1e6 / (await secondsOf(() => deflateAlone(contents))));
    speed.bundle = Math.max(speed.bundle, job.bytes / 1e6 / (await secondsOf(() => bundleOf(lines))));
  }
  const ratio = speed.bundle / speed.raw;
  const raw = `${speed.raw.toFixed(1)} MB/s of zlib.deflateRaw, level ${DEFLATE.level}, the very same bytes`;
  return [
    {
      name: "export, bundle MB/s",
      figure: speed.bundle.toFixed(1),
      limit: raw,
      ratio,
      goal: atLeast(ratio, LEAST_SPEED),
      exact,
    },
    {
      name: "export, from stored items to the uploaded bundle",
      figure: `${whole(job.rows / seconds)} rows/s, ${(job.bytes / 1e6 / seconds).toFixed(1)} MB/s`,
      limit: `${((cpuSeconds / job.rows) * 1e6).toFixed(2)} us of CPU a row, all threads`,
      ratio: job.bytes / 1e6 / seconds / speed.raw,
      exact,
    },
  ];
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const started = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - started) / 1e9;
}

/** Deflates these files one behind the other, each in one call. */
async function deflateAlone(files: readonly Buffer[]): Promise<void> {
  for (const file of files) await deflated(file, { level: DEFLATE.level });
}

/** A file as lines of text, which is how the bundle gets it; all of it is plain ASCII. */
const asLines = ({ name, content }: { readonly name: string; readonly content: Buffer }): TextFile => ({
  name,
  lines: content
    .toString("latin1")
    .split("\n")
    .map((line) => `${line}\n`),
});

interface TextFile {
  readonly name: string;
  readonly lines: readonly string[];
}

/** The same text as a bundle: compressed, with checksums and digests, put aside, and uploaded as one archive. */
async function bundleOf(files: readonly TextFile[]): Promise<void> {
  const sink = archiveSink();
  const pieces = new Map<string, Uint8Array>();
  const zip = createZipBundle(
    {
      put: async (piece, bytes) => void pieces.set(piece, bytes),
      async *read(piece) {
        yield pieces.get(piece) ?? new Uint8Array();
      },
    },
    AS_OF,
  );
  for (const { name, lines } of files) {
    const file = zip.file(name);
    for (const line of lines) {
      const room = file.write(line);
      if (room !== undefined) await room;
    }
  }
  await zip.finish(files.map(({ name }) => name));
  await uploadArchive(sink.store, "bundle.zip", await zip.chunks(), { from: null, isTimeUp: () => false });
}
