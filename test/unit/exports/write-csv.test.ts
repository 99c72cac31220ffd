import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import { csvCell, csvLine } from "../../../shared/write-csv.ts";

/** Text of any characters, with those that CSV gives a meaning to more often than chance would have it. */
const text = fc.string({
  unit: fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(",", ";", "\t", '"', "\r", "\n", "\r\n", " ", "'", "\0", "\u{feff}", "|") },
    { weight: 3, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 1 }) },
  ),
  maxLength: 12,
});

const table = fc
  .integer({ min: 1, max: 6 })
  .chain((width) => fc.array(fc.array(text, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }));

test.each([",", ";", "\t"])("whatever cells hold, a reader of CSV gets it back: %j", (delimiter) => {
  fc.assert(
    fc.property(table, (rows) => {
      const header = (rows[0] ?? []).map((_, index) => `column_${index}`);
      const file = [header, ...rows].map((row) => csvLine(row, delimiter)).join("");
      expect(parse(file, { delimiter })).toEqual([header, ...rows]);
    }),
    { numRuns: 300, seed: 4180 },
  );
});

test("quotes what must be quoted and nothing else", () => {
  const bare = ["", "a", "a b", "'", "=1+1", "日本", "a:b", "|"];
  expect(bare.map((cell) => csvCell(cell))).toEqual(bare);
  expect(["a,b", "a;b", "a\tb", 'a"b', "a\nb", "a\rb", " a", "a "].map((cell) => csvCell(cell))).toEqual([
    '"a,b"',
    '"a;b"',
    '"a\tb"',
    '"a""b"',
    '"a\nb"',
    '"a\rb"',
    '" a"',
    '"a "',
  ]);
});

test.each([",", ";", "\t"])(
  "whoever takes any of the usual separators for one finds the same cells: %j",
  (delimiter) => {
    fc.assert(
      fc.property(table, (rows) => {
        const header = (rows[0] ?? []).map((_, index) => `column_${index}`);
        const file = [header, ...rows].map((row) => csvLine(row, delimiter)).join("");
        expect(parse(file, { delimiter: [",", ";", "\t"] })).toEqual([header, ...rows]);
      }),
      { numRuns: 300, seed: 4181 },
    );
  },
);

test("ends every line as RFC 4180 asks", () => {
  expect(csvLine(["a", "", "b,c"])).toBe('a,,"b,c"\r\n');
});
