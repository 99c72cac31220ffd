import type { ImportLayout } from "../records/column.ts";
import { cellText } from "./cell-text.ts";
import { FileProblem } from "./file-problem.ts";
import { type Header, matchHeader } from "./header.ts";
import { type CsvRecord, type OpenBytes, readRecords } from "./read-records.ts";
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

/** One pass over the file: its header is checked, its rows are counted and cut into parts. */
export async function planImport(
  open: OpenBytes,
  {
    delimiter,
    bytes,
    layout,
    type,
    partRows = PART_ROWS,
  }: { delimiter: string; bytes: number; layout: ImportLayout; type: string; partRows?: number | undefined },
): Promise<Plan> {
  let header: Header | undefined;
  let cutter: ReturnType<typeof partCutter> | undefined;
  for await (const batch of readRecords(open, { delimiter, from: 0, line: 1 })) {
    for (const record of batch) {
      if (header === undefined) {
        if (record.broken)
          throw new FileProblem("bad_header", "The first line cannot be read as CSV. Check its quotes.");
        header = matchHeader(record.cells, layout, type);
        cutter = partCutter(layout, header, bytes, partRows, record);
      } else cutter?.take(record);
    }
  }
  if (header === undefined || cutter === undefined)
    throw new FileProblem("empty_file", "The file is empty. Drop one with a header line and rows.");
  const { parts, rows } = cutter.finish();
  if (rows === 0) throw new FileProblem("no_rows", "The file has a header line and no rows below it.");
  return { delimiter, header, parts, rows };
}

function partCutter(layout: ImportLayout, header: Header, bytes: number, partRows: number, headerRecord: CsvRecord) {
  const allInOrder = layout.inOrder === "every row";
  const tied =
    layout.inOrder === "every row"
      ? []
      : layout.inOrder.map((name) => header.columns.indexOf(name)).filter((at) => at >= 0);
  // The shortest plausible row decides how many values may come.
  const repeated = tied.length === 0 ? undefined : seenBefore(bytes / 40);
  const parts: Part[] = [];
  let from = headerRecord.end;
  let line = headerRecord.nextLine;
  let last = headerRecord;
  let rows = 0;
  let firstRow = 0;
  let later: number[] = [];

  const cut = () => {
    if (rows > firstRow) {
      parts.push({
        part: parts.length,
        from,
        to: last.end,
        line,
        firstRow,
        rows: rows - firstRow,
        later: allInOrder ? "all" : later,
      });
    }
    from = last.end;
    line = last.nextLine;
    firstRow = rows;
    later = [];
  };
  return {
    take(record: CsvRecord) {
      if (rows - firstRow === partRows || last.end - from >= PART_BYTES) cut();
      rows += 1;
      last = record;
      const waits = repeated !== undefined && tied.some((at) => isRepeated(repeated, record.cells[at]));
      if (waits) later.push(rows);
    },
    finish() {
      cut();
      return { parts, rows };
    },
  };
}

const isRepeated = (repeated: (value: string) => boolean, cell: string | undefined): boolean => {
  const value = cellText(cell);
  return value !== "" && repeated(value);
};
