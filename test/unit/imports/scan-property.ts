import * as fc from "fast-check";
import { expect } from "vitest";
import { type OpenBytes, readRecords } from "../../../shared/imports/read-records.ts";
import { planImport } from "../../../shared/imports/plan.ts";
import { optional } from "../../../shared/records/column.ts";
import { text } from "../../../shared/records/cell.ts";
import { allOf } from "./csv-texts.ts";
import { serialParts, serialRecords } from "./serial-csv.ts";

interface Runs {
  readonly runs: number;
  readonly seed: number;
}

const DELIMITERS = [",", ";", "\t", "|", "||"];

/** Bytes that files are made of, and those that break them. A delimiter is put in for each `,`. */
const token = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.constantFrom(
      "a",
      "bc",
      ",",
      ",",
      "\n",
      "\r",
      "\r\n",
      "\n",
      '"',
      '""',
      "ü",
      "日",
      "😀",
      " ",
      "'",
      "=1",
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom('"a"', '"a,b"', '"a\r\nb"', '"\n"', '"x ""y"""', ',"', '",', '"\n', '\n"', "\r\r\n"),
  },
  { weight: 1, arbitrary: fc.constantFrom("\u{feff}", "\0", "\u00a0", "\t", ";", "|", "é".repeat(40)) },
);
const bytesOf = fc
  .tuple(fc.array(token, { maxLength: 40 }), fc.boolean(), fc.option(fc.nat({ max: 255 }), { freq: 8 }))
  .map(([tokens, hasMark, stray]) => {
    const whole = Buffer.from((hasMark ? "\u{feff}" : "") + tokens.join(""));
    // Now and then a byte that is no UTF-8. UTF-16 is made UTF-8 before any of this.
    if (stray !== null && whole.length > 4) whole[whole.length >> 1] = stray;
    return whole;
  });

/** A file read in chunks of these sizes, over and over. */
const chunkings = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 });

const opener =
  (bytes: Buffer, sizes: readonly number[]): OpenBytes =>
  (from) =>
    Promise.resolve(chunksOf(bytes, from, sizes));

async function* chunksOf(bytes: Buffer, from: number, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = from;
  for (let index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    await Promise.resolve();
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

const withDelimiter = (bytes: Buffer, delimiter: string): Buffer =>
  delimiter.length === 1
    ? (bytes.map((byte) => (byte === 0x2c ? delimiter.charCodeAt(0) : byte)) as Buffer)
    : Buffer.from(bytes.toString("latin1").replaceAll(",", delimiter), "latin1");

/** Records are those of csv-parse read from top to bottom, whatever the bytes and the chunks. */
export async function checkRecords({ runs, seed }: Runs): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      bytesOf,
      chunkings,
      fc.constantFrom(...DELIMITERS),
      fc.boolean(),
      async (made, sizes, delimiter, isHead) => {
        const bytes = withDelimiter(made, delimiter);
        const open = opener(bytes, sizes);
        // Parts are read from the middle of a file.
        const at = { delimiter, from: isHead ? 0 : Math.min(3, bytes.length), line: isHead ? 1 : 7 };
        expect(await allOf(readRecords(open, at))).toEqual(await serialRecords(opener(bytes, [1000]), at));
      },
    ),
    { numRuns: runs, seed },
  );
}

const value = fc.constantFrom(
  "a",
  " a",
  "'a",
  "=a",
  "'=a",
  "''=a",
  "b",
  "ü",
  "ü ",
  "\u00a0b",
  "",
  " ",
  'q"q',
  "日\n本",
  "a ",
  "a,b",
  "b,b",
);
const key = fc
  .tuple(value, fc.boolean())
  .map(([cell, quoted]) => (quoted || /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));
const row = fc.oneof(
  { weight: 9, arbitrary: fc.array(key, { minLength: 1, maxLength: 4 }).map((cells) => cells.join(",")) },
  { weight: 1, arbitrary: fc.array(token, { maxLength: 6 }).map((tokens) => tokens.join("")) },
);
const body = fc.array(fc.tuple(row, fc.constantFrom("\n", "\r\n", "\r")), { minLength: 1, maxLength: 14 });

const columns = { key: optional(text(9, ""), ""), other: optional(text(9, ""), ""), third: optional(text(9, ""), "") };
const headers = fc.constantFrom("key,other,third", "third,other,key", '"key",other', '\u{feff}"third","key"', "other");
const ties = fc.constantFrom<"every row" | ("key" | "other")[]>(["key"], ["key", "other"], [], "every row");

/** Parts, and the rows that wait, are those of a plan made from the records of csv-parse. */
export async function checkPlans({ runs, seed }: Runs): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(headers, body),
      chunkings,
      fc.constantFrom(...DELIMITERS),
      ties,
      fc.integer({ min: 1, max: 5 }),
      async ([header, rows], sizes, delimiter, inOrder, partRows) => {
        const whole = `${header}\n${rows.map(([cells, lineEnd]) => cells + lineEnd).join("")}`;
        const bytes = Buffer.from(whole.replaceAll(",", delimiter));
        const records = await serialRecords(opener(bytes, [1000]), { delimiter, from: 0, line: 1 });
        const options = { delimiter, bytes: bytes.length, layout: { columns, inOrder }, type: "records", partRows };
        const planned = planImport(opener(bytes, sizes), options);
        if (records.length === 1) {
          await expect(planned).rejects.toMatchObject({ code: "no_rows" });
          return;
        }
        const plan = await planned;
        const tied = inOrder === "every row" ? "all" : inOrder.map((name) => plan.header.columns.indexOf(name));
        expect(plan.rows).toBe(records.length - 1);
        expect(plan.header.names).toEqual(records[0]?.cells);
        expect(plan.parts).toEqual(serialParts(records, partRows, tied));
      },
    ),
    { numRuns: runs, seed },
  );
}
