import { parse } from "csv-parse";
import { type CsvRecord, MAX_RECORD_BYTES, type OpenBytes, type ReadOptions } from "./csv-record.ts";

const LF = 0x0a;
const CR = 0x0d;

/** How files are read as CSV, whoever reads them. */
export const CSV_OPTIONS = {
  relax_column_count: true,
  skip_empty_lines: true,
  record_delimiter: ["\r\n", "\n", "\r"],
  max_record_size: MAX_RECORD_BYTES,
};

/**
 * Records as csv-parse reads them, for at most so many batches of a chunk each. A record that it cannot read is the
 * last one: its first line stands for it, and whoever reads on does so behind that.
 */
export async function* parseRecords(
  open: OpenBytes,
  { delimiter, from, line }: ReadOptions,
  batches: number,
): AsyncGenerator<readonly CsvRecord[]> {
  let batch: CsvRecord[] = [];
  let error: (Error & { code?: string }) | undefined;
  let end = from;
  let endLine = line - 1;
  // csv-parse counts a line end of two characters within quotes twice.
  let surplus = 0;
  const parser = parse({
    ...CSV_OPTIONS,
    bom: from === 0,
    delimiter,
    on_record(cells: string[], { bytes, lines }) {
      end = from + bytes;
      const before = endLine;
      endLine = line + lines - 1 - surplus;
      let start = endLine;
      // Looking for line ends within cells is dear: it is needed only where more than one line was passed.
      if (endLine - before > 1) {
        const within = lineEnds(cells);
        surplus += within.pairs;
        endLine -= within.pairs;
        start = endLine - within.count;
      }
      batch.push({ cells, line: start, end, nextLine: endLine + 1 });
      return null;
    },
  });
  // The first error is the cause; writing on after it raises others.
  parser.on("error", (caught) => (error ??= caught));
  const ended = new Promise<void>((resolve) => parser.on("close", resolve).on("end", resolve));
  parser.resume();
  let left = batches;
  for await (const bytes of await open(from)) {
    // Nothing is ever pushed on to the readable side, so a write is parsed at once and never waits.
    parser.write(bytes);
    if (error !== undefined) break;
    if (batch.length === 0) continue;
    yield batch;
    batch = [];
    left -= 1;
    if (left === 0) return;
  }
  if (error === undefined) {
    parser.end();
    await ended;
  }
  if (batch.length > 0) yield batch;
  parser.destroy();
  if (error === undefined) return;
  const broken = await brokenRecord(open, end, endLine + 1, cause(error));
  if (broken !== undefined) yield [broken];
}

async function brokenRecord(
  open: OpenBytes,
  from: number,
  line: number,
  why: NonNullable<CsvRecord["broken"]>,
): Promise<CsvRecord | undefined> {
  const first = await firstLine(await open(from));
  if (first === undefined) return undefined;
  const broken = first.text.length >= MAX_RECORD_BYTES ? "row_too_long" : why;
  const at = line + first.blankLines;
  return { cells: [first.text.slice(0, 10_000)], line: at, end: from + first.bytes, nextLine: at + 1, broken };
}

function cause(error: Error & { code?: string }): NonNullable<CsvRecord["broken"]> {
  switch (error.code) {
    case "CSV_MAX_RECORD_SIZE":
    case "CSV_QUOTE_NOT_CLOSED":
      return "unclosed_quote";
    case "CSV_INVALID_CLOSING_QUOTE":
    case "INVALID_OPENING_QUOTE":
      return "bad_quote";
    default:
      throw error;
  }
}

function lineEnds(cells: readonly string[]): { count: number; pairs: number } {
  let count = 0;
  let pairs = 0;
  for (const cell of cells) {
    if (!cell.includes("\n") && !cell.includes("\r")) continue;
    for (const [lineEnd] of cell.matchAll(/\r\n|\n|\r/g)) {
      count += 1;
      if (lineEnd.length === 2) pairs += 1;
    }
  }
  return { count, pairs };
}

/** The first line that is not empty, and how many bytes lead behind it. */
async function firstLine(chunks: AsyncIterable<Uint8Array>) {
  const kept: Uint8Array[] = [];
  let keptBytes = 0;
  let offset = 0;
  let blankLines = 0;
  let state: "blank" | "started" | "ended" = "blank";
  let last = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      const isEnd = byte === LF || byte === CR;
      // The second half of a line end may come with the next chunk.
      if (state === "ended") return { text: decode(kept), bytes: offset + at + (byte === LF ? 1 : 0), blankLines };
      if (state === "blank" && isEnd) {
        if (!(byte === LF && last === CR)) blankLines++;
        start = at + 1;
      } else if (isEnd) {
        kept.push(chunk.slice(start, at));
        if (byte === LF) return { text: decode(kept), bytes: offset + at + 1, blankLines };
        state = "ended";
      } else state = "started";
      last = byte;
    }
    if (state === "started" && keptBytes < MAX_RECORD_BYTES * 2) {
      kept.push(chunk.slice(start));
      keptBytes += chunk.length - start;
    }
    offset += chunk.length;
  }
  return state === "blank" ? undefined : { text: decode(kept), bytes: offset, blankLines };
}

const decode = (parts: readonly Uint8Array[]): string => Buffer.concat(parts).toString("utf8");
