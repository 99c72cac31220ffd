import fc from "fast-check";
import { expect, test } from "vitest";
import {
  amountCell,
  countCell,
  flagCell,
  foreignCell,
  instantCell,
  listCell,
  textCell,
  unguarded,
} from "../../../shared/records/bundle.ts";
import { cellText } from "../../../shared/imports/cell-text.ts";
import { isCurrency, minorDigits } from "../../../shared/records/currency.ts";

// Written out once more, character by character, so that the pattern under test has something to be held against.
const FORMULA_STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "\u{ff1d}", "\u{ff0b}", "\u{ff0d}", "\u{ff20}"];

/** Whether it is a sum of numbers by the grammar of a formula: signs, numbers, brackets, and an operator between two. */
function isSum(cell: string): boolean {
  const tokens = cell.match(/\d[\d.,]*|[.,]\d[\d.,]*|\S/g) ?? [];
  let at = 0;
  let operators = 0;
  const operand = (): boolean => {
    while (tokens[at] === "-" || tokens[at] === "+") at += 1;
    const token = tokens[at];
    at += 1;
    if (token !== "(") return /\d/.test(token ?? "");
    const isRight = sum() && tokens[at] === ")";
    at += 1;
    return isRight;
  };
  const sum = (): boolean => {
    if (!operand()) return false;
    while (tokens[at] === "-" || tokens[at] === "/") {
      at += 1;
      operators += 1;
      if (!operand()) return false;
    }
    return true;
  };
  return sum() && at === tokens.length && operators > 0;
}

/** Whether a spreadsheet may take it for more than a text or a number. */
const startsFormula = (cell: string): boolean =>
  FORMULA_STARTS.some((start) => cell.startsWith(start)) &&
  (!/^[+\-\u{ff0b}\u{ff0d}][\d\s().,/'’\-\p{Sc}]*([A-Z]{3}|%)?$/u.test(cell) ||
    !/\d/.test(cell) ||
    isSum(cell.replace(/^[\u{ff0b}\u{ff0d}]/u, "-")));

const text = fc
  .tuple(
    fc.array(fc.constantFrom(...FORMULA_STARTS, "'", "''", "|", "’", "＇", " "), { maxLength: 4 }),
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.string({ unit: fc.constantFrom(...Array.from("0159-+/(). ,'%$EUR€A:!|\n")), maxLength: 12 }),
    ),
  )
  .map(([start, rest]) => start.join("") + rest);

test("no text comes out as a formula, and taking the guard off gives the text back", () => {
  fc.assert(
    fc.property(text, (value) => {
      const cell = textCell(value);
      expect(startsFormula(cell)).toBe(false);
      expect(unguarded(cell)).toBe(value);
      expect(cell === value || cell === `'${value}`).toBe(true);
    }),
    { numRuns: 20_000, seed: 1236 },
  );
});

test("the importer reads any text as it was, but for what surrounds it unseen", () => {
  fc.assert(
    fc.property(text, (value) => {
      // The importer keeps no text that begins or ends with what cannot be seen.
      const kept = value.replaceAll(/^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu, "");
      expect(cellText(textCell(kept))).toBe(kept);
    }),
    { numRuns: 20_000, seed: 1238 },
  );
});

const PHONES = [
  "+15550100199",
  "+1 555 010-0199",
  "+49 (30) 1234567",
  "+49 (0)30/123456",
  "+1 (555) 010-9999",
  "+44 20 7946 0958",
  "+1.555.010.0199",
  "+1(555)010-0199",
  "＋81 3 1234 5678",
];
const NUMBERS = ["-12.50", "+5", "-.5", "-1,234.50", "-1'234.50", "- 5", "-$5.00", "-€ 1.234,50", "-5 EUR", "-5%"];

test.each([...PHONES, ...NUMBERS])("%j needs no guard, and keeps it where it is part of the text", (value) => {
  expect(textCell(value)).toBe(value);
  expect(textCell(`'${value}`)).toBe(`''${value}`);
  expect([value, `'${value}`, `''${value}`].map(unguarded)).toEqual([value, value, `'${value}`]);
});

// Excel would write -654 for the first of them, 1.5 and -3 for the next.
const SUMS = ["+1-555-0100", "+1.5/1", "-1-2", "+(1)-(2)", "-2026-03-31", "-1 - 2", "+1+2", "+1*2", "+1^2"];
const NAMES = ["-1-EUR", "+1 555 010-0199 x7", "-2+3+cmd|' /C calc'!A0", "+1 5!A1", "-1:2", "-A1 5", "-5 SUM(1)"];
const OTHERS = ["-", "+", "--5", "+-5", "-(A1)", "+1\n=2", "-5;A1", "-1E5", "@1", "=5", "=-5", "\t-5", "\r+5", "\0"];

test.each([...SUMS, ...NAMES, ...OTHERS])("%j stays guarded", (value) => {
  expect(textCell(value)).toBe(`'${value}`);
  expect(unguarded(textCell(value))).toBe(value);
});

test("a long row of blanks behind a sign takes no longer than it has to", () => {
  const value = `-${" ".repeat(200_000)}x`;
  expect(textCell(value)).toBe(`'${value}`);
});

test.each(FORMULA_STARTS)("guards text that starts with %j", (start) => {
  expect(textCell(`${start}1+1`)).toBe(`'${start}1+1`);
  expect(unguarded(`'${start}1+1`)).toBe(`${start}1+1`);
});

test("text that looks as if it were guarded is guarded once more", () => {
  expect(["'=1+1", "''=1+1"].map(textCell)).toEqual(["''=1+1", "'''=1+1"]);
  expect(["''=1+1", "'''=1+1"].map(unguarded)).toEqual(["'=1+1", "''=1+1"]);
});

test("leaves ordinary text alone, and quotes before it", () => {
  const plain = ["", "Ada", "'", "''", "'tis", "a=b", "1-2", "日本", "O'Neill"];
  expect(plain.map(textCell)).toEqual(plain);
  expect(plain.map(unguarded)).toEqual(plain);
});

test.each<readonly [string, string]>([
  ["=1+1", "'=1+1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["-2+3", "'-2+3"],
  ["+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"],
  ["-A1", "'-A1"],
  ["-", "'-"],
  ["+1-555-0100", "'+1-555-0100"],
  ["\u{ff1d}1", "'\u{ff1d}1"],
  ["\t=1", "'=1"],
  ["\r\n x", "x"],
  ...[
    "-12.50",
    "+5",
    "-.5",
    "-1,234.50",
    "- 5",
    "-$5.00",
    "-€ 1.234,50",
    "-5 EUR",
    "+49 30 1234",
    "+1 (555) 010-9999",
  ].map((one) => [one, one] as const),
  ...["+(49) 30/12", "-5%", "", "Ada", "'=1", "'tis", "a=b", " =1", "2026-03-31"].map((one) => [one, one] as const),
])("a cell of somebody else's, %j, is written as %j and read alike", (raw, written) => {
  expect(foreignCell(raw)).toBe(written);
  expect(cellText(written)).toBe(cellText(raw));
});

test("whatever somebody wrote is read alike once it is guarded", () => {
  fc.assert(
    fc.property(text, (raw) => {
      expect(cellText(foreignCell(raw))).toBe(cellText(raw));
    }),
    { numRuns: 3000, seed: 1237 },
  );
});

test("what is not there is an empty cell", () => {
  expect([textCell(null), instantCell(null), amountCell(null, "USD"), flagCell(null), countCell(null)]).toEqual(
    Array.from({ length: 5 }, () => ""),
  );
});

test("an instant is its second of UTC", () => {
  const last = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: last }), (ms) => {
      const cell = instantCell(ms);
      expect(cell).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
      const [year = 0, month = 0, ...rest] = cell.split(/[- :]/).map(Number);
      expect(Date.UTC(year, month - 1, rest[0], rest[1], rest[2], rest[3])).toBe(ms - (ms % 1000));
    }),
    { numRuns: 500, seed: 8601 },
  );
  expect(instantCell(0)).toBe("1970-01-01 00:00:00");
  expect(instantCell(last)).toBe("9999-12-31 23:59:59");
});

test.each([
  ["USD", 123_456, "1234.56"],
  ["USD", 5, "0.05"],
  ["USD", -5, "-0.05"],
  ["EUR", 0, "0.00"],
  ["JPY", 500, "500"],
  ["JPY", -1, "-1"],
  ["KWD", 1234, "1.234"],
  ["KWD", -1, "-0.001"],
  ["CLF", 12_345, "1.2345"],
  ["UYW", 9, "0.0009"],
  ["USD", 90_071_992_547_409_930n, "900719925474099.30"],
])("%s %s is written %s", (currency, minor, cell) => {
  expect(amountCell(minor, currency)).toBe(cell);
});

test("an amount of any currency reads back to its minor units", () => {
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCodePoint(65 + index));
  const codes = letters
    .flatMap((one) => letters.flatMap((two) => letters.map((three) => one + two + three)))
    .filter((code) => isCurrency(code));
  expect(new Set(codes.map(minorDigits))).toEqual(new Set([0, 2, 3, 4]));
  fc.assert(
    fc.property(fc.constantFrom(...codes), fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), (code, minor) => {
      const cell = amountCell(minor, code);
      const [, sign = "", whole = "", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(cell) ?? [];
      expect(fraction).toHaveLength(minorDigits(code));
      expect(whole).toMatch(/^(0|[1-9]\d*)$/);
      expect(BigInt(`${whole}${fraction}`) * (sign === "-" ? -1n : 1n)).toBe(minor);
      if (minor >= -(2n ** 53n) && minor <= 2n ** 53n) expect(amountCell(Number(minor), code)).toBe(cell);
    }),
    { numRuns: 1000, seed: 4217 },
  );
});

test("a list is one text, guarded as a whole", () => {
  expect([listCell([]), listCell(["gold", "emea"]), listCell(["-gold", "=x"])]).toEqual(["", "gold|emea", "'-gold|=x"]);
});

test("flags and counts are written plainly", () => {
  expect([flagCell(true), flagCell(false), countCell(0), countCell(1_234_567)]).toEqual([
    "true",
    "false",
    "0",
    "1234567",
  ]);
});
