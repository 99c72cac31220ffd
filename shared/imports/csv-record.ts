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

/** The file has so many unreadable records that the rest was not tried. */
export class UnreadableRest extends Error {
  readonly line: number;
  constructor(line: number) {
    super(`unreadable from line ${line} on`);
    this.name = "UnreadableRest";
    this.line = line;
  }
}
