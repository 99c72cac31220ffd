import { isAscii } from "node:buffer";
import { FileProblem } from "./file-problem.ts";

/** "mixed" is UTF-8 with bytes in between that are none, as files pasted together have. */
export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252" | "mixed";

const startsWith = (bytes: Uint8Array, ...signature: number[]): boolean =>
  signature.every((byte, at) => bytes[at] === byte);

/** Files that people drop by mistake, by their first bytes. */
const NOT_CSV: readonly (readonly [string, readonly number[]])[] = [
  ["an Excel workbook or ZIP archive", [0x50, 0x4b, 0x03, 0x04]],
  ["an old Excel workbook", [0xd0, 0xcf, 0x11, 0xe0]],
  ["a PDF document", [0x25, 0x50, 0x44, 0x46]],
  ["a gzip archive", [0x1f, 0x8b]],
];

/** Enough of a file to tell UTF-16 from its header, whose letters are mostly Latin whatever the rows are written in. */
const TELLING_BYTES = 256;

/** The encoding that the first bytes of a file speak for; throws when it is no text at all. */
export function detectEncoding(head: Uint8Array): Encoding {
  for (const [what, signature] of NOT_CSV) {
    if (startsWith(head, ...signature)) {
      throw new FileProblem("not_csv", `The file is ${what}, not CSV. Save or export it as CSV (UTF-8) and drop that.`);
    }
  }
  if (startsWith(head, 0xff, 0xfe)) return "utf-16le";
  if (startsWith(head, 0xfe, 0xff)) return "utf-16be";
  // Latin text in UTF-16 without a byte order mark has a zero in nearly every other byte.
  const { even, odd } = zerosIn(head.subarray(0, TELLING_BYTES));
  const many = Math.min(head.length, TELLING_BYTES) * 0.2;
  if (odd > many && even < odd / 2) return "utf-16le";
  if (even > many && odd < even / 2) return "utf-16be";
  if (head.includes(0))
    throw new FileProblem("not_csv", "The file is not text. Export it as CSV (UTF-8) and drop that.");
  return "utf-8";
}

function zerosIn(bytes: Uint8Array): { even: number; odd: number } {
  const zeros = { even: 0, odd: 0 };
  for (const [at, byte] of bytes.entries()) if (byte === 0) zeros[at % 2 === 0 ? "even" : "odd"] += 1;
  return zeros;
}

/** The bytes of a text in UTF-8. */
export async function* toUtf8(bytes: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<Uint8Array> {
  if (encoding === "mixed") {
    yield* mended(bytes);
    return;
  }
  const decoder = new TextDecoder(encoding);
  const encoder = new TextEncoder();
  for await (const chunk of bytes) yield encoder.encode(decoder.decode(chunk, { stream: true }));
  yield encoder.encode(decoder.decode());
}

/** Tells, chunk by chunk, which of UTF-8, Windows-1252 or a mixture bytes are: ask after the last one. */
export function utf8Check(): { take(chunk: Uint8Array): void; encoding(): "utf-8" | "windows-1252" | "mixed" } {
  let characters = 0;
  let strays = 0;
  const walk = utf8Walk((length) => {
    if (length > 1) characters += 1;
    else strays += 1;
  });
  return {
    take: (chunk) => void walk.take(chunk),
    encoding() {
      walk.end();
      if (strays === 0) return "utf-8";
      // In Windows-1252 it takes two odd neighbours to look like a character of UTF-8.
      return characters > strays ? "mixed" : "windows-1252";
    },
  };
}

/**
 * Goes through bytes beyond ASCII: tells the length of each character of UTF-8, and 1 for each byte that is part of none.
 * Gives the bytes that are done with; up to three wait for the next chunk.
 */
function utf8Walk(tell: (length: number, at: number, bytes: Uint8Array) => void) {
  let held: Uint8Array = new Uint8Array(0);
  const walk = (bytes: Uint8Array, isLast: boolean): number => {
    let at = 0;
    while (at < bytes.length) {
      if ((bytes[at] ?? 0) < 0x80) {
        at += 1;
        continue;
      }
      const length = characterLength(bytes, at);
      if (length === "cut" && !isLast) return at;
      const taken = length === "cut" ? 1 : length;
      tell(taken, at, bytes);
      at += taken;
    }
    return at;
  };
  return {
    take(chunk: Uint8Array): Uint8Array {
      if (held.length === 0 && isAscii(chunk)) return chunk;
      const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const done = walk(bytes, false);
      held = bytes.slice(done);
      return bytes.subarray(0, done);
    },
    end(): Uint8Array {
      const bytes = held;
      held = new Uint8Array(0);
      walk(bytes, true);
      return bytes;
    },
  };
}

/** Bytes of the character that begins with this one beyond ASCII; 1 when none does. */
function characterLength(bytes: Uint8Array, at: number): number | "cut" {
  const first = bytes[at] ?? 0;
  const length = first >= 0xf0 && first <= 0xf4 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1;
  if (length === 1 || first > 0xf4) return 1;
  for (let behind = 1; behind < length; behind++) {
    const byte = bytes[at + behind];
    if (byte === undefined) return "cut";
    const [least, most] = behind === 1 ? secondByte(first) : [0x80, 0xbf];
    if (byte < least || byte > most) return 1;
  }
  return length;
}

/** No overlong forms, no surrogates, nothing beyond the last code point (table 3-7 of the Unicode standard). */
function secondByte(first: number): readonly [number, number] {
  if (first === 0xe0) return [0xa0, 0xbf];
  if (first === 0xed) return [0x80, 0x9f];
  if (first === 0xf0) return [0x90, 0xbf];
  return first === 0xf4 ? [0x80, 0x8f] : [0x80, 0xbf];
}

/** UTF-8 whose stray bytes are read as Windows-1252. */
async function* mended(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const windows = new TextDecoder("windows-1252");
  let strays: number[] = [];
  const walk = utf8Walk((length, at) => {
    if (length === 1) strays.push(at);
  });
  const mend = (done: Uint8Array): Uint8Array => {
    const parts: Uint8Array[] = [];
    let from = 0;
    for (const at of strays) {
      parts.push(done.subarray(from, at), Buffer.from(windows.decode(done.subarray(at, at + 1))));
      from = at + 1;
    }
    strays = [];
    return Buffer.concat([...parts, done.subarray(from)]);
  };
  for await (const chunk of bytes) yield mend(walk.take(chunk));
  yield mend(walk.end());
}

const SEPARATORS = [",", ";", "\t", "|"] as const;

/** The line by which Excel is told the separator; it counts as a line and holds no row. */
const SEPARATOR_LINE = /^"?sep=([\t\x20-\x7e])"?(?=[\r\n]|$)/i;

export interface Separator {
  readonly delimiter: string;
  /** Characters of a first line that only names it, byte order mark left out. */
  readonly line: number;
}

/** The separator of a text: the one its first line names, or else that its header has most of outside quotes. */
export function detectSeparator(head: string): Separator {
  const text = head.replace(/^\ufeff/, "");
  const named = SEPARATOR_LINE.exec(text);
  const [line = "", delimiter = ""] = named ?? [];
  // No file is cut at letters, digits or quotes.
  if (/^[^\w"\s]$|^\t$/.test(delimiter)) return { delimiter, line: line.length };
  const counts = new Map<string, number>(SEPARATORS.map((separator) => [separator, 0]));
  let isQuoted = false;
  for (const character of text.replace(/^[\r\n]+/, "")) {
    if (character === '"') isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (character === "\n" || character === "\r") break;
    const count = counts.get(character);
    if (count !== undefined) counts.set(character, count + 1);
  }
  return { delimiter: SEPARATORS.toSorted((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0))[0] ?? ",", line: 0 };
}
