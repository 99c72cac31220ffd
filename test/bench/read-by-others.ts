import { spawnSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ExportJob } from "../../shared/records/export-job.ts";

/** Rows of every file, and the sums of the transactions by currency, as Python's own readers find them. */
const SCRIPT = `
import csv, io, json, sys, zipfile
from decimal import Decimal
csv.field_size_limit(1 << 24)
rows, sums = {}, {}
with zipfile.ZipFile(sys.argv[1]) as archive:
    manifest = json.load(archive.open("manifest.json"))
    for name in archive.namelist():
        if not name.endswith(".csv"): continue
        with archive.open(name) as file:
            reader = csv.DictReader(io.TextIOWrapper(file, encoding="utf-8", newline=""), strict=True)
            rows[name] = 0
            for row in reader:
                rows[name] += 1
                if None in row or None in row.values(): raise SystemExit(f"{name}: row {rows[name]} has another width")
                if name == "transactions.csv":
                    code = row["transaction_currency"]
                    sums[code] = sums.get(code, Decimal(0)) + Decimal(row["transaction_amount"])
told = next(one for one in manifest["files"] if one["name"] == "transactions.csv")["sums"]
same = {code: Decimal(total) for code, total in told.items()} == sums
print(json.dumps(dict(rows=rows, same=same)))
`;

/** Stores an archive and lets unzip and Python read it, as far as they are installed: whether they find what the job tells. */
export async function readByOthers(
  archive: AsyncIterable<Uint8Array>,
  path: string,
  { files }: Pick<ExportJob, "files">,
): Promise<boolean> {
  await pipeline(Readable.from(archive), createWriteStream(path));
  const unzip = spawnSync("unzip", ["-tq", path], { encoding: "utf8" });
  if (!isMissing(unzip.error) && unzip.status !== 0) return fail(`unzip says ${unzip.stdout}${unzip.stderr}`);
  const python = spawnSync("python3", ["-c", SCRIPT, path], { encoding: "utf8" });
  if (isMissing(python.error)) return fail("there is no python3 to read it");
  if (python.status !== 0) return fail(`python3 says ${python.stderr}`);
  const found = JSON.parse(python.stdout) as { rows: Record<string, number>; same: boolean };
  const expected = Object.fromEntries(files.map(({ name, rows }) => [name, rows]));
  if (JSON.stringify(found.rows) !== JSON.stringify(expected)) return fail(`other rows: ${python.stdout}`);
  return found.same || fail("other sums");
}

function fail(why: string): false {
  process.stderr.write(`  not so: ${why}\n`);
  return false;
}

const isMissing = (error: Error | undefined): boolean =>
  error !== undefined && "code" in error && error.code === "ENOENT";
