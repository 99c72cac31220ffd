import { createHash } from "node:crypto";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { createZipBundle } from "../../../shared/exports/zip-bundle.ts";
import { MIB, noise } from "./noise.ts";
import { readOutside } from "./outside-readers.ts";
import { archiveOf, createRecordingSpool } from "./recording-spool.ts";

const GIB = 1024 * MIB;

test("a file of more than four gigabytes is read by others", { timeout: 600_000 }, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "exports-"));
  try {
    const spool = createRecordingSpool();
    const zip = createZipBundle(spool, Date.UTC(2026, 3, 1));
    const line = `${" ".repeat(8 * MIB)}${noise(64)}`;
    const hash = createHash("sha256");
    let bytes = 0;
    const large = zip.file("transactions.csv");
    for (; bytes < 4 * GIB + MIB; bytes += line.length) {
      hash.update(line);
      await large.write(line);
    }
    await zip.file("manifest.json").write("{}\n");
    const sha256 = hash.digest("hex");
    const finished = await zip.finish(["transactions.csv", "manifest.json"]);
    expect(finished[0]).toEqual({ name: "transactions.csv", bytes, sha256 });
    // Eight megabytes of blanks make some kilobytes; together they are several pieces.
    expect(spool.begun.length).toBeGreaterThan(0);

    const archive = path.join(folder, "large.zip");
    const file = openSync(archive, "w");
    for await (const chunk of archiveOf(zip)) writeSync(file, chunk);
    closeSync(file);
    const [found] = readOutside([archive], "2026-04-01 00:00:00");
    expect(found?.map(({ name, ...rest }) => [name, rest.bytes, rest.sha256])).toEqual([
      ["transactions.csv", bytes, sha256],
      ["manifest.json", 3, createHash("sha256").update("{}\n").digest("hex")],
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
