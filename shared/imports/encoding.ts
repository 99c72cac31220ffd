import { FileProblem } from "./file-problem.ts";

export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

const startsWith = (bytes: Uint8Array, ...signature: number[]): boolean =>
  signature.every((byte, at) => bytes[at] === byte);

/** Files that people drop by mistake, by their first bytes. */
const NOT_CSV: readonly (readonly [string, readonly number[]])[] = [
  ["an Excel workbook or ZIP archive", [0x50, 0x4b, 0x03, 0x04]],
  ["an old Excel workbook", [0xd0, 0xcf, 0x11, 0xe0]],
  ["a PDF document", [0x25, 0x50, 0x44, 0x46]],
  ["a gzip archive", [0x1f, 0x8b]],
];

/** The encoding that the first bytes of a file speak for; throws when it is no text at all. */
export function detectEncoding(head: Uint8Array): Encoding {
  for (const [what, signature] of NOT_CSV) {
    if (startsWith(head, ...signature)) {
      throw new FileProblem("not_csv", `The file is ${what}, not CSV. Save or export it as CSV (UTF-8) and drop that.`);
    }
  }
  if (startsWith(head, 0xff, 0xfe)) return "utf-16le";
  if (startsWith(head, 0xfe, 0xff)) return "utf-16be";
  const zeros = { even: 0, odd: 0 };
  head.forEach((byte, at) => {
    if (byte === 0) zeros[at % 2 === 0 ? "even" : "odd"] += 1;
  });
  // Latin text in UTF-16 without a byte order mark has a zero in nearly every other byte.
  if (zeros.odd > head.length * 0.2 && zeros.even === 0) return "utf-16le";
  if (zeros.even > head.length * 0.2 && zeros.odd === 0) return "utf-16be";
  if (zeros.even + zeros.odd > 0)
    throw new FileProblem("not_csv", "The file is not text. Export it as CSV (UTF-8) and drop that.");
  return "utf-8";
}

/** The bytes of a text in UTF-8. */
export async function* toUtf8(bytes: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding);
  const encoder = new TextEncoder();
  for await (const chunk of bytes) yield encoder.encode(decoder.decode(chunk, { stream: true }));
  yield encoder.encode(decoder.decode());
}

/** Whether bytes are UTF-8, told chunk by chunk. */
export function utf8Check(): (chunk: Uint8Array | undefined) => boolean {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  return (chunk) => {
    try {
      decoder.decode(chunk, { stream: chunk !== undefined });
      return true;
    } catch {
      return false;
    }
  };
}

/** The separator a header line is written with: the one of comma, semicolon, tab that it has most of outside quotes. */
export function detectDelimiter(header: string): string {
  const bare = header.replace(/"[^"]*"/g, "");
  const count = (delimiter: string) => bare.split(delimiter).length;
  return [",", ";", "\t"].toSorted((a, b) => count(b) - count(a))[0] ?? ",";
}
