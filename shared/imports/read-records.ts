import { parse } from "csv-parse";

/** Opens the file's bytes from an offset on, up to where reading should end. */
export type OpenBytes = (from: number) => Promise<AsyncIterable<Uint8Array>>;

/** One record of the file. */
export interface CsvRecord {
  readonly cells: readonly string[];
  /** The line it begins on, counted from 1. */
  readonly line: number;
  /** The offset behind it, and the line there. */
  readonly end: number;
  readonly nextLine: number;
  /** Set when the record is not readable as CSV; its raw text is the only cell then. */
  readonly broken?: "row_too_long" | "unclosed_quote" | "bad_quote";
}

export interface ReadOptions {
  readonly delimiter: string;
  readonly from: number;
  /** The line at `from`. */
  readonly line: number;
}

/** Longest record that is read; what is longer is a stray quote or not a table. */
export const MAX_RECORD_BYTES = 131_072;

/** A file with more unreadable records than this is not worth reading on: each one costs a fresh start. */
const MAX_RESTARTS = 1000;

const LF = 0x0a;
const CR = 0x0d;

/**
 * The records of a CSV file in batches, never more than a chunk of bytes at a time in memory. A record that cannot be
 * read is reported as broken, and reading goes on with the line behind its first one: a stray quote costs one row.
 */
export async function* readRecords(open: OpenBytes, options: ReadOptions): AsyncGenerator<readonly CsvRecord[]> {
  let { from, line } = options;
  for (let restart = 0; ; restart++) {
    const failure = yield* readUntilFailure(open, from, line, options.delimiter);
    if (failure === undefined) return;
    const first = await firstLine(await open(failure.at));
    if (first === undefined) return;
    const broken = first.text.length >= MAX_RECORD_BYTES ? "row_too_long" : failure.broken;
    from = failure.at + first.bytes;
    const at = failure.line + first.blankLines;
    yield [{ cells: [first.text.slice(0, 10_000)], line: at, end: from, nextLine: at + 1, broken }];
    if (restart === MAX_RESTARTS) throw new UnreadableRest(at);
    line = at + 1;
  }
}

/** The file has so many unreadable records that the rest was not tried. */
export class UnreadableRest extends Error {
  readonly line: number;
  constructor(line: number) {
    super(`unreadable from line ${line} on`);
    this.name = "UnreadableRest";
    this.line = line;
  }
}

interface Failure {
  readonly at: number;
  readonly line: number;
  readonly broken: NonNullable<CsvRecord["broken"]>;
}

async function* readUntilFailure(
  open: OpenBytes,
  from: number,
  line: number,
  delimiter: string,
): AsyncGenerator<readonly CsvRecord[], Failure | undefined> {
  let batch: CsvRecord[] = [];
  let error: (Error & { code?: string }) | undefined;
  let end = from;
  let endLine = line - 1;
  // csv-parse counts a line end of two characters within quotes twice.
  let surplus = 0;
  const parser = parse({
    bom: from === 0,
    delimiter,
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: ["\r\n", "\n", "\r"],
    max_record_size: MAX_RECORD_BYTES,
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
  for await (const bytes of await open(from)) {
    // Nothing is ever pushed on to the readable side, so a write is parsed at once and never waits.
    parser.write(bytes);
    if (error !== undefined) break;
    if (batch.length > 0) yield batch;
    batch = [];
  }
  if (error === undefined) {
    parser.end();
    await ended;
  }
  if (batch.length > 0) yield batch;
  parser.destroy();
  return error === undefined ? undefined : { at: end, line: endLine + 1, broken: cause(error) };
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
