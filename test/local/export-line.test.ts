import { expect, it } from "vitest";
import { exportLine, type ShownExport } from "../../infra/local/export-line.ts";

const job = (more: Partial<ShownExport>): ShownExport => ({
  status: "running",
  progress: 0,
  rows: 0,
  bytes: 0,
  ...more,
});

it.each<[string, Partial<ShownExport>, number, string]>([
  ["one that waits", { status: "queued" }, 3, "░░░░░░░░░░░░░░░░░░░░   0 %  queued, 3 s"],
  ["one of which nobody knows the end", { progress: 7 }, 2, "█░░░░░░░░░░░░░░░░░░░   7 %  running, 2 s"],
  [
    "one on its way",
    { progress: 52.9, rows: 1_234, bytes: 999_949, eta_ms: 4_100 },
    9,
    "██████████░░░░░░░░░░  52 %  1,234 rows, 999.9 kB, 5 s left",
  ],
  ["minutes", { eta_ms: 120_001 }, 9, "░░░░░░░░░░░░░░░░░░░░   0 %  3 min left"],
  ["what would round up", { bytes: 999_950 }, 0, "░░░░░░░░░░░░░░░░░░░░   0 %  1.0 MB, running"],
  [
    "one that is done",
    { status: "completed", progress: 100, rows: 3, bytes: 999, eta_ms: 0 },
    9,
    "████████████████████ 100 %  3 rows, 999 bytes",
  ],
  ["one that wrote nothing", { status: "completed", progress: 100 }, 9, "████████████████████ 100 %"],
])("the line of an export shows %s", (_, more, seconds, line) => {
  expect(exportLine(job(more), seconds)).toBe(`  export        ${line}`);
});

it.each([
  [999_999, 999_900_000],
  [123_456_789, 99_900_000_000],
])("an export of %i rows fits into a terminal of 80 columns", (rows, bytes) => {
  const line = exportLine(job({ progress: 100, rows, bytes, eta_ms: 3_599_000 }), 7_000);
  expect(line.length).toBeLessThan(80);
  expect(line).toMatch(/60 min left$/);
});
