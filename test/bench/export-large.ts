import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchLine } from "./lines.ts";
import { whole } from "./lines.ts";
import { exportGenerated } from "./export-generated.ts";
import { readByOthers } from "./read-by-others.ts";

/** A bundle of so many rows, and whether the readers of others find all of it. */
export async function exportLarge(rows = 3_000_000): Promise<BenchLine> {
  const folder = mkdtempSync(join(tmpdir(), "partner-ledger-bench-"));
  try {
    const { job, archive, seconds, isWhole } = await exportGenerated(rows);
    const path = join(folder, "bundle.zip");
    return {
      name: `export, a bundle of ${whole(job.rows)} rows`,
      figure: `${whole(job.bytes / 1e6)} MB in ${whole(archive.length / 1e6)} MB, ${whole(seconds)} s`,
      limit: "unzip -t and Python's csv, rows and sums",
      ratio: null,
      exact: isWhole && (await readByOthers(inPieces(archive), path, job)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function* inPieces(archive: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < archive.length; at += 1 << 20) yield archive.subarray(at, at + (1 << 20));
}
