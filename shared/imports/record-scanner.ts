import { isAscii } from "node:buffer";
import { MAX_RECORD_BYTES, type ReadOptions } from "./csv-record.ts";

/** What a byte means outside quotes. Those up to `DELIMITER` mean nothing within them. */
const ORDINARY = 0;
const DELIMITER = 1;
const LINE_FEED = 2;
const RETURN = 3;
const QUOTE = 4;
/** Behind the last byte. */
const NO_BYTE = 5;

const LF = 0x0a;
const CR = 0x0d;
const END = 256;

/**
 * Finds where records and their cells lie in the bytes of a CSV file, and makes none of them. It knows well-formed
 * records of a sensible length; at any other it stops, for a CSV parser to decide.
 *
 * Bytes are pushed chunk by chunk; behind each, `next` goes from record to record until it is false. What it tells of
 * a record holds until the next call. No more is held than a chunk and the record that it ends in.
 */
export class RecordScanner {
  /** The bytes at hand; `start` to `stop` of them are the record, without its line end. */
  bytes: Buffer = Buffer.alloc(0);
  /** Whether each of `bytes` is a character. */
  isAscii = true;
  start = 0;
  stop = 0;
  /** The bytes up to here have been told: the record, and its line end. */
  behind = 0;
  /** The line on which the record begins, counted from 1. */
  line: number;
  /** The offset in the file behind the last record, and the line there. */
  end: number;
  nextLine: number;
  /** Whether any cell of the record is quoted. */
  isQuoted = false;
  /** Set when what follows the last record is not well-formed; nothing more is told then. */
  isOdd = false;

  /** The offset in the file of `bytes`. */
  private base: number;
  private isLast = false;
  private mayHaveMark: boolean;
  private readonly meaning = new Uint8Array(END + 1);

  /** Where the record in progress was left: it is looked at once, however many chunks it comes in. */
  private at = 0;
  private inQuotes = false;
  private lineEnds = 0;
  /** Where its delimiters are. */
  private readonly delimiters: number[] = [];
  private delimiterCount = 0;

  constructor({ delimiter, from, line }: ReadOptions) {
    this.base = from;
    this.end = from;
    this.line = line;
    this.nextLine = line;
    this.mayHaveMark = from === 0;
    // A delimiter of several bytes is no matter for a scan byte by byte.
    this.isOdd = Buffer.byteLength(delimiter) !== 1;
    this.meaning[delimiter.charCodeAt(0)] = DELIMITER;
    this.meaning[LF] = LINE_FEED;
    this.meaning[CR] = RETURN;
    this.meaning[0x22] = QUOTE;
    this.meaning[END] = NO_BYTE;
  }

  push(chunk: Uint8Array): void {
    const kept = this.start;
    const rest = this.bytes.subarray(kept);
    this.bytes =
      rest.length > 0 ? Buffer.concat([rest, chunk]) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.isAscii = isAscii(this.bytes);
    this.base += kept;
    this.start = 0;
    this.behind = 0;
    this.at -= kept;
    for (let index = 0; index < this.delimiterCount; index++)
      this.delimiters[index] = (this.delimiters[index] ?? 0) - kept;
  }

  /** No more bytes come: the last record may do without a line end. */
  finish(): void {
    this.isLast = true;
  }

  /** Goes to the next record; false when more bytes are needed, the file is at its end, or what follows is odd. */
  next(): boolean {
    if (this.isOdd || (this.mayHaveMark && !this.passMark())) return false;
    if (this.behind > this.start) this.begin();
    const { bytes, meaning, delimiters } = this;
    let { at } = this;
    for (;;) {
      if (this.inQuotes) {
        at = this.passQuoted(at);
        if (this.inQuotes) return this.pause(at);
      }
      let met = meaning[bytes[at] ?? END];
      while (met === ORDINARY) met = meaning[bytes[++at] ?? END];
      if (met === DELIMITER) {
        delimiters[this.delimiterCount++] = at++;
      } else if (met === QUOTE) {
        if (at !== this.cellStart(this.delimiterCount)) return this.stopAtOdd();
        this.isQuoted = true;
        this.inQuotes = true;
        at++;
      } else {
        // The second half of a line end may come with the next chunk.
        if (!this.isLast && (met === NO_BYTE || (met === RETURN && at + 1 === bytes.length))) return this.pause(at);
        const width = met === NO_BYTE ? 0 : met === RETURN && bytes[at + 1] === LF ? 2 : 1;
        if (at > this.start) return this.found(at, width);
        if (width === 0) return false;
        at += width;
        this.start = at;
        this.line++;
      }
    }
  }

  /** How many cells the record has. */
  get cells(): number {
    return this.delimiterCount + 1;
  }

  /** Where a cell of the record begins and ends in `bytes`, with its quotes. */
  cellStart(cell: number): number {
    return cell === 0 ? this.start : (this.delimiters[cell - 1] ?? 0) + 1;
  }

  cellStop(cell: number): number {
    return cell === this.delimiterCount ? this.stop : (this.delimiters[cell] ?? 0);
  }

  private begin() {
    this.start = this.behind;
    this.at = this.behind;
    this.line = this.nextLine;
    this.lineEnds = 0;
    this.delimiterCount = 0;
    this.isQuoted = false;
  }

  private found(at: number, width: number): boolean {
    if (at + width - this.start > MAX_RECORD_BYTES) return this.stopAtOdd();
    this.stop = at;
    this.behind = at + width;
    this.end = this.base + this.behind;
    this.nextLine = this.line + this.lineEnds + 1;
    return true;
  }

  private pause(at: number): false {
    this.at = at;
    if (at - this.start > MAX_RECORD_BYTES) this.isOdd = true;
    return false;
  }

  private stopAtOdd(): false {
    this.isOdd = true;
    return false;
  }

  /** To the byte behind the closing quote, or, still within quotes, as far as the bytes go. */
  private passQuoted(from: number): number {
    const { bytes, meaning } = this;
    for (let at = from; ; at++) {
      let met = meaning[bytes[at] ?? END] ?? NO_BYTE;
      while (met <= DELIMITER) met = meaning[bytes[++at] ?? END] ?? NO_BYTE;
      if (met === LINE_FEED) {
        if (bytes[at - 1] !== CR) this.lineEnds++;
      } else if (met === RETURN) {
        this.lineEnds++;
      } else if (met === NO_BYTE) {
        if (this.isLast) this.isOdd = true;
        return at;
      } else {
        const after = meaning[bytes[at + 1] ?? END];
        if (after === NO_BYTE && !this.isLast) return at;
        if (after === ORDINARY) {
          this.isOdd = true;
          return at;
        }
        if (after === QUOTE) at++;
        else {
          this.inQuotes = false;
          return at + 1;
        }
      }
    }
  }

  /** A byte order mark at the start of the file belongs to no record. */
  private passMark(): boolean {
    const { bytes } = this;
    if (bytes.length < 3 && !this.isLast) return false;
    this.mayHaveMark = false;
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
      this.start = 3;
      this.at = 3;
    }
    return true;
  }
}
