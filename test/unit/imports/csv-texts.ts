import * as fc from "fast-check";
import { type CsvRecord, type OpenBytes, readRecords } from "../../../shared/imports/read-records.ts";

/** Bytes handed out in chunks of a size, from any offset, as a bucket does. */
export const opener =
  (text: string | Uint8Array, chunk = 64): OpenBytes =>
  (from) =>
    Promise.resolve(chunksOf(Buffer.from(text), from, chunk));

async function* chunksOf(bytes: Buffer, from: number, size: number): AsyncGenerator<Uint8Array> {
  for (let at = from; at < bytes.length; at += size) {
    await Promise.resolve();
    yield bytes.subarray(at, at + size);
  }
}

export function recordsOf(
  text: string | Uint8Array,
  { chunk = 64, delimiter = ",", from = 0, line = 1 } = {},
): Promise<CsvRecord[]> {
  return allOf(readRecords(opener(text, chunk), { delimiter, from, line }));
}

export async function allOf(batches: AsyncIterable<readonly CsvRecord[]>): Promise<CsvRecord[]> {
  const records: CsvRecord[] = [];
  for await (const batch of batches) records.push(...batch);
  return records;
}

/** A piece of a file: a record with the text that it is written as, or an empty line. */
export interface Piece {
  readonly text: string;
  readonly cells: readonly string[] | undefined;
}

const cellText = fc.oneof(
  fc.constantFrom("", "a", "ada@x.io", "12", "ü", "日本", "😀", " a ", "=1"),
  fc.string({ unit: fc.constantFrom("a", ",", ";", '"', "\n", "\r", "\r\n", " ", "é", "😀"), maxLength: 8 }),
);

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

const record = fc
  .tuple(fc.array(fc.tuple(cellText, fc.boolean()), { minLength: 1, maxLength: 4 }))
  .map(([cells]): Piece => {
    // What needs no quotes may have them all the same.
    const written = cells.map(([cell, always]) => (always || /[",;\r\n]/.test(cell) ? quoted(cell) : cell));
    return { text: written.join(","), cells: cells.map(([cell]) => cell) };
  })
  // One empty cell without quotes is an empty line.
  .filter(({ text }) => text !== "");

/** Pieces of a file with the line end behind each; the last one may have none. */
export const pieces = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 5, arbitrary: record },
      { weight: 1, arbitrary: fc.constant<Piece>({ text: "", cells: undefined }) },
    ),
    fc.constantFrom("\n", "\r\n", "\r"),
  ),
  { minLength: 1, maxLength: 12 },
);

export interface Line {
  readonly line: number;
  readonly cells: readonly string[];
}

/** The text of a file and the line of each of its records, counted as an editor does. */
export function textOf(all: readonly (readonly [Piece, string])[], hasEnd: boolean): { text: string; lines: Line[] } {
  let text = "";
  const lines: Line[] = [];
  all.forEach(([piece, lineEnd], index) => {
    if (piece.cells !== undefined) lines.push({ line: lineCount(text), cells: piece.cells });
    const isLast = index === all.length - 1;
    text += piece.text + (isLast && !hasEnd ? "" : lineEnd);
  });
  return { text, lines };
}

/** The line on which the next character stands. */
const lineCount = (text: string): number => text.split(/\r\n|\n|\r/).length;
