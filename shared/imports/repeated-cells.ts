import { cellText } from "./cell-text.ts";
import type { CsvRecord } from "./csv-record.ts";
import type { RecordScanner } from "./record-scanner.ts";
import { seenBefore } from "./seen-before.ts";

const QUOTE = 0x22;
const GUARD = 0x27;
const SPACE = 0x20;
const PAST_ASCII = 0x80;

/**
 * Tells whether a record of a file of so many bytes repeats a value of one of these cells. Cells are compared as rows
 * take them, trimmed and unguarded; empty ones are no values.
 */
export function repeatedCells(tied: readonly number[], bytes: number) {
  // The shortest plausible row decides how many values may come.
  const seen = tied.length === 0 ? () => false : seenBefore(bytes / 40);

  const isRepeatedText = (cell: string): boolean => {
    const value = Buffer.from(cellText(cell));
    return value.length > 0 && seen(value, 0, value.length);
  };
  const isRepeatedCell = (scanner: RecordScanner, cell: number): boolean => {
    if (!scanner.findCell(cell)) return false;
    const { bytes: all } = scanner;
    let { cellFrom: from, cellTo: to } = scanner;
    const isQuoted = all[from] === QUOTE;
    if (isQuoted) {
      from += 1;
      to -= 1;
    }
    if (from >= to) return false;
    // Where its bytes are those of the value, no text is made of it.
    const isBare = scanner.isAscii && !isQuoted ? hasBareEnds(all, from, to) : isBareText(all, from, to);
    if (isBare) return seen(all, from, to);
    const text = all.toString("utf8", from, to);
    return isRepeatedText(isQuoted ? text.replaceAll('""', '"') : text);
  };
  return {
    // Each value is remembered, also where one before it is a repetition.
    inScanned(scanner: RecordScanner): boolean {
      let is = false;
      for (const cell of tied) if (isRepeatedCell(scanner, cell)) is = true;
      return is;
    },
    inRead({ cells }: CsvRecord): boolean {
      return tied.filter((cell) => isRepeatedText(cells[cell] ?? "")).length > 0;
    },
  };
}

/** Whether there is nothing to trim from these bytes, and no guard to take off. */
function hasBareEnds(bytes: Uint8Array, from: number, to: number): boolean {
  const first = bytes[from] ?? 0;
  const last = bytes[to - 1] ?? 0;
  return first > SPACE && first !== GUARD && last > SPACE;
}

/** Whether they are also one to a character, and quotes neither. */
function isBareText(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE || byte >= PAST_ASCII) return false;
  }
  return hasBareEnds(bytes, from, to);
}
