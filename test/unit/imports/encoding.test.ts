import { isUtf8 } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { detectEncoding, detectSeparator, toUtf8, utf8Check } from "../../../shared/imports/encoding.ts";

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
    // Characters whose own bytes hold a zero, and rows of few Latin letters.
    ["utf-16le", Buffer.from("key,name\na,\u3000\u0100\u0400\n", "utf16le")],
    ["utf-16be", utf16be("key,name\na,\u3000\u0100\u0400\n")],
    [
      "utf-16le",
      Buffer.from(`partner_first,partner_last,partner_email,partner_key\n${"日本語".repeat(500)}`, "utf16le"),
    ],
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
  const check = (...chunks: readonly Uint8Array[]): string => {
    const all = utf8Check();
    for (const chunk of chunks) all.take(chunk);
    return all.encoding();
  };

  it("knows UTF-8, also where a character lies across chunks", () => {
    const smile = Buffer.from("😀");
    expect(check(smile.subarray(0, 1), smile.subarray(1, 3), smile.subarray(3))).toBe("utf-8");
    expect(check()).toBe("utf-8");
  });

  it.each([
    ["a byte beyond ASCII", Buffer.from("a\xfcb", "latin1")],
    ["half a character at the end", Buffer.from("ü").subarray(0, 1)],
    ["half a character before a letter", bytes(0xc3, 0x61)],
    ["an overlong form", bytes(0xc0, 0xaf)],
    ["an overlong form of three bytes", bytes(0xe0, 0x80, 0xaf)],
    ["a surrogate", bytes(0xed, 0xa0, 0x80)],
    ["what is beyond the last code point", bytes(0xf4, 0x90, 0x80, 0x80)],
    ["bytes that never are in UTF-8", bytes(0xff, 0xfe, 0xf8)],
    ["a quotation mark behind an umlaut, that together look like a character", bytes(0xc4, 0x93, 0xfc, 0x2c, 0xe4)],
  ])("knows what is none: %s", (_, text) => {
    expect(check(text)).toBe("windows-1252");
    expect(check(...Array.from(text, (byte) => bytes(byte)))).toBe("windows-1252");
  });

  it("agrees with a decoder that takes UTF-8 alone", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 6 })), (chunks) => {
        const whole = Buffer.concat(chunks);
        expect(check(...chunks) === "utf-8").toBe(isUtf8(whole));
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it("knows UTF-8 with strays in it, whose good characters stay what they are", async () => {
    const mixed = Buffer.concat([
      Buffer.from("Zoë,Müller,😀,日\n"),
      Buffer.from("caf\xe9,\x80\n", "latin1"),
      bytes(0xc3),
    ]);
    const all = Array.from(mixed, (byte) => bytes(byte));
    expect([check(mixed), check(...all)]).toEqual(["mixed", "mixed"]);
    for (const chunks of [[mixed], all]) expect(await converted(chunks, "mixed")).toBe("Zoë,Müller,😀,日\ncafé,€\nÃ");
  });
});

describe("detectSeparator", () => {
  it.each([
    [",", "a,b,c"],
    [";", "a;b;c"],
    ["\t", "a\tb\tc"],
    ["|", "a|b|c"],
    [",", "a"],
    [",", ""],
    [";", 'a;"b,c,d,e"'],
    [",", '"a;b;c",d'],
    [";", "amount, in cents;key;customer"],
    [";", '\r\n"a\nb,c,d";e;f\n1,2,3,4,5'],
    [";", "\ufeffa;b"],
    [",", "sep=a\nb,c"],
    [",", 'sep="\nb,c'],
  ])("finds %j in %j", (delimiter, header) => {
    expect(detectSeparator(header)).toEqual({ delimiter, line: 0 });
  });

  it.each([
    [";", "sep=;\na,b,c", 5],
    ["\t", "SEP=\t\r\na", 5],
    [",", "\ufeffsep=,\r\na;b;c", 5],
    ["|", '"sep=|"\na', 7],
    ["^", "sep=^", 5],
  ])("finds %j named by the first line of %j", (delimiter, text, line) => {
    expect(detectSeparator(text)).toEqual({ delimiter, line });
  });
});
