import { createHash } from "node:crypto";
import { parse } from "csv-parse/sync";
import { readArchive } from "../unit/exports/read-archive.ts";

export type Row = Readonly<Record<string, string>>;

/** A row's cell. Asking for a column that the file lacks is a mistake. */
export function cell(row: Row | undefined, column: string): string {
  const value = row?.[column];
  if (value === undefined) throw new Error(`there is no column ${column}`);
  return value;
}

export const readCsv = (text: string | Buffer): Row[] => parse<Row>(text, { columns: true, bom: true });

interface Manifest {
  readonly program: string;
  readonly export: string;
  readonly as_of: string;
  readonly rates_to_usd: Readonly<Record<string, string>>;
  readonly files: readonly {
    readonly name: string;
    readonly rows: number;
    readonly bytes: number;
    readonly sha256: string;
    readonly sums?: Readonly<Record<string, string>>;
    readonly unconverted?: Readonly<Record<string, string>>;
  }[];
}

/** A bundle as whoever has the link gets it. */
export interface Bundle {
  readonly manifest: Manifest;
  /** The CSV files, by their names without ending. */
  readonly files: ReadonlyMap<string, { readonly header: readonly string[]; readonly rows: readonly Row[] }>;
  readonly digests: ReadonlyMap<string, { readonly bytes: number; readonly sha256: string }>;
}

/** Fetches a link as a browser does, without any credentials. */
export async function download(link: string): Promise<Bundle> {
  const response = await fetch(link);
  if (response.status !== 200) throw new Error(`the link answered ${response.status}: ${await response.text()}`);
  const archive = readArchive(Buffer.from(await response.arrayBuffer()));
  const manifest = archive.find(({ name }) => name === "manifest.json");
  const csv = archive.filter(({ name }) => name.endsWith(".csv"));
  return {
    manifest: JSON.parse(manifest?.content.toString() ?? "null"),
    files: new Map(csv.map(({ name, content }) => [name.replace(".csv", ""), readTable(content)])),
    digests: new Map(
      csv.map(({ name, content }) => [
        name,
        { bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") },
      ]),
    ),
  };
}

function readTable(content: Buffer) {
  const [header = []] = parse(content, { bom: true, to: 1 });
  return { header, rows: readCsv(content) };
}

/** The rows of one file of the bundle. */
export function rowsOf(bundle: Bundle, name: string): readonly Row[] {
  const file = bundle.files.get(name);
  if (file === undefined) throw new Error(`the bundle has no ${name}.csv`);
  return file.rows;
}

/** Free text without the quote that keeps spreadsheets from taking it for a formula. */
export const plain = (text: string): string => (/^'[=+\-@\t\r\0＝＋－＠]/u.test(text) ? text.slice(1) : text);

/** The same rows, however often each, in whatever order. */
export function tally(rows: Iterable<readonly string[]>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const text = JSON.stringify(row);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

/** Rows that one side has and the other has not, or not as often; nothing when both are the same. */
export function differences(expected: Map<string, number>, found: Map<string, number>): string[] {
  const rows = new Set([...expected.keys(), ...found.keys()]);
  return [...rows]
    .filter((row) => expected.get(row) !== found.get(row))
    .map((row) => `expected ${expected.get(row) ?? 0}, found ${found.get(row) ?? 0}: ${row}`);
}
