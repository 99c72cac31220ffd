import { describe, expect, it } from "vitest";
import { detectDelimiter, detectEncoding, toUtf8, utf8Check } from "../../../shared/imports/encoding.ts";

const utf16be = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();
const bytes = (...all: number[]): Buffer => Buffer.from(all);

async function converted(chunks: readonly Uint8Array[], encoding: Parameters<typeof toUtf8>[1]): Promise<string> {
  const out: Uint8Array[] = [];
  for await (const chunk of toUtf8(stream(chunks), encoding)) out.push(chunk);
  return Buffer.concat(out).toString();
}

async function* stream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield* chunks;
}

describe("detectEncoding", () => {
  it.each([
    ["utf-8", Buffer.from("key,ü\n")],
    ["utf-8", Buffer.from("\u{feff}key\n")],
    ["utf-8", Buffer.alloc(0)],
    ["utf-16le", Buffer.from("\u{feff}key,ü\n", "utf16le")],
    ["utf-16be", utf16be("\u{feff}key,ü\n")],
    ["utf-16le", Buffer.from("key,name\na,日本\n", "utf16le")],
    ["utf-16be", utf16be("key,name\na,日本\n")],
    // Told apart from UTF-8 by reading all of it.
    ["utf-8", Buffer.from("key,\xfc\n", "latin1")],
  ])("finds %s", (encoding, head) => {
    expect(detectEncoding(head)).toBe(encoding);
  });

  it.each([
    ["an Excel workbook", bytes(0x50, 0x4b, 0x03, 0x04, 0x14, 0x00)],
    ["an old Excel workbook", bytes(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1)],
    ["a PDF", Buffer.from("%PDF-1.7\n")],
    ["a gzip archive", bytes(0x1f, 0x8b, 0x08)],
    ["a picture", bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d)],
    ["text with a zero byte in it", Buffer.from("key,na\0me\n")],
  ])("refuses %s", (_, head) => {
    expect(() => detectEncoding(head)).toThrow(expect.objectContaining({ name: "FileProblem", code: "not_csv" }));
  });
});

describe("toUtf8", () => {
  it.each([
    ["utf-16le", Buffer.from("\u{feff}a,ü,😀\n", "utf16le")],
    ["utf-16be", utf16be("\u{feff}a,ü,😀\n")],
    ["utf-16le", Buffer.from("a,ü,😀\n", "utf16le")],
  ] as const)("writes %s anew, wherever chunks end, and without a byte order mark", async (encoding, text) => {
    for (const size of [1, 2, 3, 100]) {
      const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
        text.subarray(at * size, (at + 1) * size),
      );
      expect(await converted(chunks, encoding)).toBe("a,ü,😀\n");
    }
  });

  it("reads what is no UTF-8 as Windows does", async () => {
    expect(await converted([bytes(0x80, 0x2c, 0xfc, 0x93)], "windows-1252")).toBe("€,ü“");
  });
});

describe("utf8Check", () => {
  const check = (...chunks: readonly Uint8Array[]): boolean => {
    const isUtf8 = utf8Check();
    return chunks.every((chunk) => isUtf8(chunk)) && isUtf8(undefined);
  };

  it("knows UTF-8, also where a character lies across chunks", () => {
    const smile = Buffer.from("😀");
    expect(check(smile.subarray(0, 1), smile.subarray(1, 3), smile.subarray(3))).toBe(true);
    expect(check()).toBe(true);
  });

  it("knows what is none, be it a byte or half a character at the end", () => {
    expect(check(Buffer.from("a\xfcb", "latin1"))).toBe(false);
    expect(check(Buffer.from("ü").subarray(0, 1))).toBe(false);
    expect(check(bytes(0xc3), Buffer.from("a"))).toBe(false);
  });
});

describe("detectDelimiter", () => {
  it.each([
    [",", "a,b,c"],
    [";", "a;b;c"],
    ["\t", "a\tb\tc"],
    [",", "a"],
    [",", ""],
    [";", 'a;"b,c,d,e"'],
    [",", '"a;b;c",d'],
    [";", "amount, in cents;key;customer"],
  ])("finds %j in %j", (delimiter, header) => {
    expect(detectDelimiter(header)).toBe(delimiter);
  });
});
