import { createHash } from "node:crypto";
import { parse } from "csv-parse/sync";
import { expect } from "vitest";
import { readArchive } from "../../unit/exports/read-archive.ts";

export type Row = Readonly<Record<string, string>>;

export const FILES = ["applications", "customers", "deals", "leads", "partners", "rewards", "transactions"] as const;
export type FileName = (typeof FILES)[number];

export interface Manifest {
  readonly schema: number;
  readonly program: string;
  readonly export: string;
  readonly as_of: string;
  readonly filters: Readonly<Record<string, unknown>>;
  readonly rates_to_usd: Readonly<Record<string, string>>;
  readonly files: readonly {
    readonly name: string;
    readonly bytes: number;
    readonly sha256: string;
    readonly rows: number;
    readonly sums?: Readonly<Record<string, string>>;
    readonly unconverted?: Readonly<Record<string, string>>;
  }[];
}

/** A bundle as its reader has it. */
export type ReadBundle = Readonly<Record<FileName, readonly Row[]>> & { readonly manifest: Manifest };

/** Unpacks a bundle of these files, and holds its manifest against what is there; other files have no rows. */
export function readBundle(archive: Uint8Array, wanted: readonly FileName[] = FILES): ReadBundle {
  const files = readArchive(Buffer.from(archive));
  expect(files.map(({ name }) => name)).toEqual([...wanted.map((name) => `${name}.csv`), "manifest.json"]);
  const texts = files.map(({ content }) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content));
  const manifest = JSON.parse(texts.at(-1) ?? "") as Manifest;
  const tables = wanted.map((name, index) => [name, parse<Row>(texts[index] ?? "", { columns: true })] as const);
  expect(manifest.files.map(({ name, bytes, sha256, rows }) => ({ name, bytes, sha256, rows }))).toEqual(
    files.slice(0, -1).map(({ name, content }, index) => ({
      name,
      bytes: content.length,
      sha256: createHash("sha256").update(content).digest("hex"),
      rows: tables[index]?.[1].length,
    })),
  );
  const none = Object.fromEntries(FILES.map((name) => [name, []]));
  return { ...({ ...none, ...Object.fromEntries(tables) } as Record<FileName, Row[]>), manifest };
}

/** One column of a file. */
export const column = (rows: readonly Row[], name: string): string[] =>
  rows.map((row) => row[name] ?? "no such column");
