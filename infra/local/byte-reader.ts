const LONGEST_LINE = 16_384;

/** Reads a stream of bytes by lines, by counts and up to delimiters. */
export interface ByteReader {
  /** The next line without its CRLF; undefined at the end. */
  line(): Promise<string | undefined>;
  /** Exactly that many bytes, in pieces; throws when the stream ends before. */
  bytes(count: number): AsyncGenerator<Buffer>;
  /** Everything before the delimiter, which is consumed; throws when it never comes. */
  until(delimiter: Buffer): AsyncGenerator<Buffer>;
}

/** Wraps a stream; pieces are passed on as they come, so memory stays small. */
export function createByteReader(source: AsyncIterable<Buffer>): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);

  async function fill(): Promise<boolean> {
    const { done, value } = await iterator.next();
    if (done === true) return false;
    held = held.length === 0 ? value : Buffer.concat([held, value]);
    return true;
  }

  function take(count: number): Buffer {
    const taken = held.subarray(0, count);
    held = held.subarray(taken.length);
    return taken;
  }

  async function line(): Promise<string | undefined> {
    let end = held.indexOf("\r\n");
    while (end < 0) {
      if (held.length > LONGEST_LINE) throw new Error("a line is too long");
      if (!(await fill())) return undefined;
      end = held.indexOf("\r\n");
    }
    const text = take(end).toString();
    take(2);
    return text;
  }

  async function* bytes(count: number): AsyncGenerator<Buffer> {
    let left = count;
    while (left > 0) {
      if (held.length === 0 && !(await fill())) throw new Error("the stream ended early");
      const piece = take(left);
      left -= piece.length;
      if (piece.length > 0) yield piece;
    }
  }

  async function* until(delimiter: Buffer): AsyncGenerator<Buffer> {
    let at = held.indexOf(delimiter);
    while (at < 0) {
      // The delimiter may begin in what is held and end in what comes next.
      const sure = held.length - delimiter.length + 1;
      if (sure > 0) yield take(sure);
      if (!(await fill())) throw new Error("the stream ended early");
      at = held.indexOf(delimiter);
    }
    if (at > 0) yield take(at);
    take(delimiter.length);
  }

  return { line, bytes, until };
}
