import { isAscii } from "node:buffer";
import { MAX_RECORD_BYTES, type ReadOptions } from "./csv-record.ts";

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;

/**
 * Finds where records lie in the bytes of a CSV file, and makes no cells of them. It knows well-formed records of a
 * sensible length; at any other it stops, for a CSV parser to decide.
 *
 * Bytes are pushed chunk by chunk; behind each, `next` goes from record to record until it is false. What it tells of
 * a record holds until the next call. No more is held than a chunk and the record that it ends in.
 */
export class RecordScanner {
  /** The bytes at hand; from `start` to `stop` they are the record, without its line end. */
  bytes: Buffer = Buffer.alloc(0);
  /** Whether each of `bytes` is a character. */
  isAscii = true;
  start = 0;
  stop = 0;
  /** Where the record's line end stops. */
  behind = 0;
  /** The line on which the record begins, counted from 1. */
  line: number;
  /** The offset in the file behind the last record, and the line there. */
  end: number;
  nextLine: number;
  /** Whether any cell of the record is quoted. */
  isQuoted = false;
  /** The cell of the record that was found last, with its quotes. */
  cellFrom = 0;
  cellTo = 0;
  /** Set when what follows the last record is not well-formed; nothing more is told then. */
  isOdd: boolean;

  private readonly delimiter: number;
  /** The offset in the file of `bytes`. */
  private base: number;
  private isLast = false;
  private mayHaveMark: boolean;

  /** Where the record in progress was left: no byte is looked at again, however many chunks a record comes in. */
  private at = 0;
  private inQuotes = false;
  private lineEnds = 0;

  /** The next ones, as far as looked for; the number of bytes where there is none. */
  private lineFeed = -1;
  private carriageReturn = -1;
  private quote = -1;

  constructor({ delimiter, from, line }: ReadOptions) {
    this.base = from;
    this.end = from;
    this.line = line;
    this.nextLine = line;
    this.mayHaveMark = from === 0;
    this.delimiter = delimiter.charCodeAt(0);
    // Delimiters of several bytes are none that it knows.
    this.isOdd = Buffer.byteLength(delimiter) !== 1;
  }

  push(chunk: Uint8Array): void {
    const kept = this.start;
    const rest = this.bytes.subarray(kept);
    this.bytes =
      rest.length > 0 ? Buffer.concat([rest, chunk]) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.isAscii = isAscii(this.bytes);
    this.base += kept;
    this.at -= kept;
    this.start = 0;
    this.behind = 0;
    this.lineFeed = -1;
    this.carriageReturn = -1;
    this.quote = -1;
  }

  /** No more bytes come: the last record may do without a line end. */
  finish(): void {
    this.isLast = true;
  }

  /** Goes to the next record; false when more bytes are needed, the file is at its end, or what follows is odd. */
  next(): boolean {
    if (this.isOdd || (this.mayHaveMark && !this.passMark())) return false;
    if (this.behind > this.start) this.begin();
    const { length } = this.bytes;
    for (;;) {
      if (this.inQuotes && !this.passQuoted()) return false;
      const at = this.nextSign();
      if (at === this.quote && at < length) {
        if (at > this.start && this.bytes[at - 1] !== this.delimiter) return this.stopAtOdd();
        this.isQuoted = true;
        this.inQuotes = true;
        this.at = at + 1;
        continue;
      }
      // The second half of a line end may come with the next chunk.
      if (!this.isLast && (at === length || (at === this.carriageReturn && at + 1 === length))) return this.pause(at);
      const isPair = at === this.carriageReturn && at + 1 < length && this.lineFeed === at + 1;
      const width = at === length ? 0 : isPair ? 2 : 1;
      if (at > this.start) return this.found(at, width);
      if (width === 0) return false;
      this.start = at + width;
      this.at = this.start;
      this.line++;
    }
  }

  /** Finds a cell of the record; false where the record has fewer. */
  findCell(index: number): boolean {
    const { bytes, delimiter, stop } = this;
    let from = this.start;
    let left = index;
    let inQuotes = false;
    let at = from;
    for (; at < stop; at++) {
      const byte = bytes[at];
      // Doubled quotes lead out and in again.
      if (byte === QUOTE) inQuotes = !inQuotes;
      else if (byte === delimiter && !inQuotes) {
        if (left === 0) break;
        left--;
        from = at + 1;
      }
    }
    this.cellFrom = from;
    this.cellTo = at;
    return left === 0;
  }

  private begin() {
    this.start = this.behind;
    this.at = this.behind;
    this.line = this.nextLine;
    this.lineEnds = 0;
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

  /** The next byte with a meaning outside quotes, of those that end a record or open a quote. */
  private nextSign(): number {
    const { at } = this;
    if (this.lineFeed < at) this.lineFeed = this.find(LF, at);
    if (this.carriageReturn < at) this.carriageReturn = this.find(CR, at);
    if (this.quote < at) this.quote = this.find(QUOTE, at);
    return Math.min(this.lineFeed, this.carriageReturn, this.quote);
  }

  private find(byte: number, from: number): number {
    const at = this.bytes.indexOf(byte, from);
    return at === -1 ? this.bytes.length : at;
  }

  /** Goes behind the closing quote; false where the bytes end before it, or it does not end its cell. */
  private passQuoted(): boolean {
    const { bytes, delimiter } = this;
    const { length } = bytes;
    for (let { at } = this; at < length; at++) {
      const byte = bytes[at];
      if (byte === LF) {
        if (bytes[at - 1] !== CR) this.lineEnds++;
      } else if (byte === CR) {
        this.lineEnds++;
      } else if (byte === QUOTE) {
        if (at + 1 === length && !this.isLast) return this.pause(at);
        const after = at + 1 === length ? LF : bytes[at + 1];
        if (after === QUOTE) at++;
        else if (after === delimiter || after === LF || after === CR) {
          this.inQuotes = false;
          this.at = at + 1;
          return true;
        } else return this.stopAtOdd();
      }
    }
    return this.isLast ? this.stopAtOdd() : this.pause(length);
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
