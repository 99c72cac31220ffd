import type { ImportLayout } from "../records/column.ts";
import { FileProblem } from "./file-problem.ts";
import { type Header, matchHeader } from "./header.ts";
import { type CsvRecord, type OpenBytes, readRecords } from "./read-records.ts";
import { RecordScanner } from "./record-scanner.ts";
import { repeatedCells } from "./repeated-cells.ts";
import { scanRecords } from "./scan-records.ts";

/**
 * Rows of one part. Enough that sums, outcomes and messages cost next to nothing per row; few enough that a part is
 * done in seconds and held in a few megabytes.
 */
const PART_ROWS = 4000;

/**
 * Rows that wait for their turn may all have to wait for each other. Each then takes as long as its own reads and writes,
 * up to a tenth of a second: a part must still be done well within the two minutes that it has, also when tried again.
 */
const WAITING_ROWS = 400;

/** Of types whose rows always wait, few have to wait for each other, and none for as long. */
const ROWS_IN_ORDER = 500;

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
 * `inOrder` lets all rows wait for their turn, whatever the layout says: what is done for one depends on those before it.
 */
export async function planImport(
  open: OpenBytes,
  {
    delimiter,
    bytes,
    layout,
    type,
    partRows = PART_ROWS,
    inOrder,
  }: {
    delimiter: string;
    bytes: number;
    layout: ImportLayout;
    type: string;
    partRows?: number | undefined;
    inOrder?: "every row" | undefined;
  },
): Promise<Plan> {
  const first = await firstRecord(open, delimiter);
  if (first === undefined)
    throw new FileProblem("empty_file", "The file is empty. Drop one with a header line and rows.");
  if (first.broken) throw new FileProblem("bad_header", "The first line cannot be read as CSV. Check its quotes.");
  const header = matchHeader(first.cells, layout, type);
  const order = inOrder ?? orderOf(header, layout);
  const tied = order === "every row" ? [] : order.map((name) => header.columns.indexOf(name)).filter((at) => at >= 0);
  const repeats = repeatedCells(tied, bytes);
  const mostWaiting = inOrder === undefined && order === "every row" ? ROWS_IN_ORDER : WAITING_ROWS;
  const cutter = partCutter(first, { partRows, mostWaiting, allInOrder: order === "every row" });
  for await (const found of scanRecords(open, { delimiter, from: first.end, line: first.nextLine })) {
    if (found instanceof RecordScanner) while (found.next()) cutter.take(found, repeats.inScanned(found));
    else for (const record of found) cutter.take(record, repeats.inRead(record));
  }
  const { parts, rows } = cutter.finish();
  if (rows === 0) throw new FileProblem("no_rows", "The file has a header line and no rows below it.");
  return { delimiter, header, parts, rows };
}

/** A column that is made of other cells cannot be compared by its bytes: then every row waits for its turn. */
const orderOf = ({ fills = [] }: Header, { inOrder }: ImportLayout): ImportLayout["inOrder"] =>
  inOrder !== "every row" && fills.some(({ column }) => inOrder.includes(column)) ? "every row" : inOrder;

async function firstRecord(open: OpenBytes, delimiter: string): Promise<CsvRecord | undefined> {
  for await (const [first] of readRecords(open, { delimiter, from: 0, line: 1 })) return first;
  return undefined;
}

function partCutter(
  header: CsvRecord,
  { partRows, mostWaiting, allInOrder }: { partRows: number; mostWaiting: number; allInOrder: boolean },
) {
  const mostRows = allInOrder ? Math.min(partRows, mostWaiting) : partRows;
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
      if (rows - firstRow === mostRows || end - from >= PART_BYTES || (waits && later.length === mostWaiting)) cut();
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
