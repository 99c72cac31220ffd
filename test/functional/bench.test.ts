import { expect, test } from "vitest";
import { type BenchLine, table } from "../bench/lines.ts";
import { quickLines } from "../bench/quick-lines.ts";

/** Enough for every part of a bench to have something to do, and divisible by all that they divide it by. */
const ROWS = 3000;

test.for(Object.entries(quickLines))("%s, over few rows, is exact", async ([, measure]) => {
  const lines = [await measure(ROWS)].flat();
  expect(lines.filter(({ exact }) => exact === false)).toEqual([]);
  expect(lines.map(({ exact }) => exact)).toContain(true);
  for (const { figure, ratio } of lines) {
    expect(figure).toMatch(/\d/);
    expect(figure).not.toMatch(/NaN|Infinity/);
    if (ratio !== null) expect(ratio).toBeGreaterThanOrEqual(0);
  }
});

test("the table tells a result that is not exact, and a goal that is missed", () => {
  const line: BenchLine = { name: "a", figure: "1", limit: "2", ratio: 0.5, exact: null };
  const lines = [
    line,
    { ...line, exact: false },
    { ...line, exact: true, goal: { text: "at least 1.00", met: false } },
    { ...line, goal: { text: "at most 1.00", met: true } },
  ];
  expect(table(lines).split("\n")).toEqual([
    "what  measured  against  ratio  goal                   check",
    "a     1         2        0.50",
    "a     1         2        0.50                          NOT EXACT",
    "a     1         2        0.50   at least 1.00: MISSED  exact",
    "a     1         2        0.50   at most 1.00: met",
  ]);
});
