import * as fc from "fast-check";
import { expect, test } from "vitest";
import { cellText, isBlank } from "../../../shared/imports/cell-text.ts";

test.each([
  ["", ""],
  [" a b ", "a b"],
  ["\u00a0\u200b12\ufeff", "12"],
  ["\t\u2003x\u3000", "x"],
  ["\u200b \u00a0", ""],
  ["é  x", "é  x"],
  ["'=1", "=1"],
])("%j is read as %j", (raw, text) => {
  expect(cellText(raw)).toBe(text);
  expect(isBlank(raw)).toBe(text === "");
});

test("blanks of every kind go from both ends, and from nowhere else", () => {
  const blanks = fc.array(fc.constantFrom(" ", "\t", "\u00a0", "\u200b", "\ufeff", "\u2003"), { maxLength: 4 });
  const core = fc.string({ minLength: 1 }).filter((text) => /^[a-z0-9].*[a-z0-9]$/s.test(text));
  fc.assert(
    fc.property(blanks, core, blanks, (before, text, behind) => {
      expect(cellText(before.join("") + text + behind.join(""))).toBe(text);
    }),
  );
});

test("a long row of blanks within a cell costs no more than its length", () => {
  // With the square of it, this takes minutes.
  const raw = `é${" ".repeat(1_000_000)}x`;
  expect(cellText(raw)).toBe(raw);
  expect(isBlank(raw)).toBe(false);
});
