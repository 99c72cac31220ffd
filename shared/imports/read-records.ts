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
      endLine = line + lines - 1;
      // Looking for line ends within cells is dear: it is needed only where more than one line was passed.
      const start = endLine - before > 1 ? endLine - newlines(cells) : endLine;
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

function newlines(cells: readonly string[]): number {
  let count = 0;
  for (const cell of cells) {
    if (!cell.includes("\n") && !cell.includes("\r")) continue;
    count += cell.match(/\r\n|\n|\r/g)?.length ?? 0;
  }
  return count;
}

/** The first line that is not empty, and how many bytes lead behind it. */
async function firstLine(chunks: AsyncIterable<Uint8Array>) {
  const kept: Uint8Array[] = [];
  let keptBytes = 0;
  let bytes = 0;
  let blankLines = 0;
  let started = false;
  let last = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      const isEnd = byte === LF || byte === CR;
      if (!started && isEnd) {
        if (!(byte === LF && last === CR)) blankLines++;
        start = at + 1;
      } else if (!started) started = true;
      else if (isEnd) {
        kept.push(chunk.subarray(start, at));
        const crlf = byte === CR && chunk[at + 1] === LF ? 1 : 0;
        return { text: decode(kept), bytes: bytes + at + 1 + crlf, blankLines };
      }
      last = byte ?? 0;
    }
    if (started && keptBytes < MAX_RECORD_BYTES * 2) {
      kept.push(chunk.slice(start));
      keptBytes += chunk.length - start;
    }
    bytes += chunk.length;
  }
  return started ? { text: decode(kept), bytes, blankLines } : undefined;
}

const decode = (parts: readonly Uint8Array[]): string => Buffer.concat(parts).toString("utf8");
