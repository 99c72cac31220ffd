import { unguarded } from "../records/bundle.ts";
import type { ImportLayout } from "../records/column.ts";
import { FileProblem } from "./file-problem.ts";
import { type Header, matchHeader } from "./header.ts";
import { type CsvRecord, type OpenBytes, readRecords } from "./read-records.ts";
import { RecordScanner } from "./record-scanner.ts";
import { scanRecords } from "./scan-records.ts";
import { seenBefore } from "./seen-before.ts";

/**
 * Rows of one part. Enough that sums, outcomes and messages cost next to nothing per row; few enough that a part is
 * done in seconds and held in a few megabytes.
 */
const PART_ROWS = 4000;

/** Rows may be long, and those that fail are held with all their cells. */
const PART_BYTES = 8 * 1024 * 1024;

/** A stretch of the file, cut between records. */
export interface Part {
  readonly part: number;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  /** The line at `from`. */
  readonly line: number;
  /** Data rows before this part. */
  readonly firstRow: number;
  readonly rows: number;
  /** Rows that wait for the second turn, which goes through the file in order: some by number, or all. */
  readonly later: readonly number[] | "all";
}

export interface Plan {
  readonly delimiter: string;
  readonly header: Header;
  readonly parts: readonly Part[];
  readonly rows: number;
}

/** Which turns a part takes: the first in parallel with others, the second after all of the first and one by one. */
export const takesTurn = ({ later, rows }: Part, turn: 1 | 2): boolean =>
  turn === 1 ? later !== "all" && later.length < rows : later === "all" || later.length > 0;

/**
 * One pass over the file: its header is checked, its rows are counted and cut into parts. No cells are made for that.
 * `inOrder` lets all rows wait for their turn, whatever the layout says.
 */
export async function planImport(
  open: OpenBytes,
  {
    delimiter,
    bytes,
    layout,
    type,
    partRows = PART_ROWS,
    inOrder = layout.inOrder,
  }: {
    delimiter: string;
    bytes: number;
    layout: ImportLayout;
    type: string;
    partRows?: number | undefined;
    inOrder?: ImportLayout["inOrder"] | undefined;
  },
): Promise<Plan> {
  const first = await firstRecord(open, delimiter);
  if (first === undefined)
    throw new FileProblem("empty_file", "The file is empty. Drop one with a header line and rows.");
  if (first.broken) throw new FileProblem("bad_header", "The first line cannot be read as CSV. Check its quotes.");
  const header = matchHeader(first.cells, layout, type);
  const tied =
    inOrder === "every row" ? [] : inOrder.map((name) => header.columns.indexOf(name)).filter((at) => at >= 0);
  const repeats = repeatedCells(tied, bytes);
  const cutter = partCutter(first, partRows, inOrder === "every row");
  for await (const found of scanRecords(open, { delimiter, from: first.end, line: first.nextLine })) {
    if (found instanceof RecordScanner) while (found.next()) cutter.take(found, repeats.inScanned(found));
    else for (const record of found) cutter.take(record, repeats.inRead(record));
  }
  const { parts, rows } = cutter.finish();
  if (rows === 0) throw new FileProblem("no_rows", "The file has a header line and no rows below it.");
  return { delimiter, header, parts, rows };
}

async function firstRecord(open: OpenBytes, delimiter: string): Promise<CsvRecord | undefined> {
  for await (const [first] of readRecords(open, { delimiter, from: 0, line: 1 })) return first;
  return undefined;
}

function partCutter(header: CsvRecord, partRows: number, allInOrder: boolean) {
  const parts: Part[] = [];
  let from = header.end;
  let line = header.nextLine;
  let end = from;
  let nextLine = line;
  let rows = 0;
  let firstRow = 0;
  let later: number[] = [];

  const cut = () => {
    if (rows > firstRow) {
      parts.push({
        part: parts.length,
        from,
        to: end,
        line,
        firstRow,
        rows: rows - firstRow,
        later: allInOrder ? "all" : later,
      });
    }
    from = end;
    line = nextLine;
    firstRow = rows;
    later = [];
  };
  return {
    take(record: Pick<CsvRecord, "end" | "nextLine">, waits: boolean) {
      if (rows - firstRow === partRows || end - from >= PART_BYTES) cut();
      rows += 1;
      ({ end, nextLine } = record);
      if (waits) later.push(rows);
    },
    finish() {
      cut();
      return { parts, rows };
    },
  };
}

/** Whether a record repeats a value of one of these cells. Cells are compared as rows take them: trimmed and unguarded. */
function repeatedCells(tied: readonly number[], bytes: number) {
  // The shortest plausible row decides how many values may come.
  const seen = tied.length === 0 ? () => false : seenBefore(bytes / 40);

  const isRepeatedText = (cell: string): boolean => {
    const value = Buffer.from(unguarded(cell.trim()));
    return value.length > 0 && seen(value, 0, value.length);
  };
  const isRepeatedCell = (scanner: RecordScanner, cell: number): boolean => {
    const { bytes: all } = scanner;
    const found = scanner.cellAt(cell);
    if (found === undefined) return false;
    let { from, to } = found;
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

const QUOTE = 0x22;
const GUARD = 0x27;
const SPACE = 0x20;
const PAST_ASCII = 0x80;

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
