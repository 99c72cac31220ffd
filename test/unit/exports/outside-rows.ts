import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";

/** Where an amount of a file stands, and beside it its currency, or a key that `currencies` tells the currency of. */
export interface AmountColumns {
  readonly amount: string;
  readonly by: string;
  readonly currencies?: Readonly<Record<string, string>>;
}

/** A CSV file as Python's csv module reads it; sums are decimal, by currency. */
export interface OutsideRows {
  readonly rows: number;
  readonly columns: readonly string[];
  readonly sums: Readonly<Record<string, string>>;
}

const SCRIPT = `
import csv, decimal, io, json, sys, zipfile
path, amounts = sys.argv[1], json.loads(sys.argv[2])
answers = {}
with zipfile.ZipFile(path) as archive:
    for name in archive.namelist():
        if not name.endswith(".csv"): continue
        with archive.open(name) as file:
            reader = csv.DictReader(io.TextIOWrapper(file, "utf-8", newline=""), strict=True)
            money, rows, sums = amounts.get(name), 0, {}
            for row in reader:
                rows += 1
                if None in row or None in row.values(): raise SystemExit(f"{name}: row {rows} is not as wide as the header")
                if money is None: continue
                currency = money.get("currencies", {}).get(row[money["by"]], row[money["by"]])
                sums[currency] = sums.get(currency, decimal.Decimal(0)) + decimal.Decimal(row[money["amount"]])
            answers[name] = dict(rows=rows, columns=reader.fieldnames, sums={one: str(sums[one]) for one in sorted(sums)})
print(json.dumps(answers))
`;

/** The CSV files of an archive by name, read by Python; undefined where it is not installed. */
export function rowsOutside(
  archive: string,
  amounts: Readonly<Record<string, AmountColumns>>,
): Readonly<Record<string, OutsideRows>> | undefined {
  const python = spawnSync("python3", ["-c", SCRIPT, archive, JSON.stringify(amounts)], { encoding: "utf8" });
  if (isMissing(python.error)) return undefined;
  if (python.status !== 0) throw new Error(`python3 cannot read it: ${python.stderr}`);
  return JSON.parse(python.stdout) as Record<string, OutsideRows>;
}

/** The SHA-256 of what Info-ZIP's unzip writes for a file of an archive; undefined where it is not installed. */
export function digestOutside(archive: string, name: string): string | undefined {
  const unzip = spawnSync("unzip", ["-p", archive, name], { maxBuffer: 1 << 28 });
  if (isMissing(unzip.error)) return undefined;
  if (unzip.status !== 0) throw new Error(`unzip finds ${unzip.stderr.toString()}`);
  return createHash("sha256").update(unzip.stdout).digest("hex");
}

const isMissing = (error: Error | undefined): boolean =>
  error !== undefined && "code" in error && error.code === "ENOENT";
