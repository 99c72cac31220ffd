import { exportOnPlatform } from "./export-platform.ts";
import { atMost, type BenchLine, both, whole } from "./lines.ts";
import { dryRunOnPlatform, importOnPlatform, type PlatformFigures, type WatchedFunction } from "./platform-run.ts";
import type { Program } from "./program-files.ts";

/** The most that memory may grow from a tenth of the rows to all of them, and the most it may be. */
const MAX_GROWTH = 1.15;
const MAX_MIB = 256;

/** What is measured on the local platform, with so many rows and with a tenth of them. */
export function platformLines(rows: number): Readonly<Record<string, () => Promise<BenchLine[]>>> {
  const [small, large] = [rows / 10, rows].map((transactions): Program => ({
    partners: Math.min(1000, transactions / 10),
    customers: Math.min(20_000, transactions / 5),
    transactions,
  }));
  if (small === undefined || large === undefined) return {};
  return {
    "export on the local platform": () => exportOnPlatform(rows, tell()),
    async "import on the local platform"() {
      const few = await importOnPlatform(small, tell());
      const many = await importOnPlatform(large, tell());
      return [speed("import", few), speed("import", many), ...memory("import", few, many)];
    },
    async "dry run on the local platform"() {
      const few = await dryRunOnPlatform(small, tell());
      const many = await dryRunOnPlatform(large, tell());
      return [speed("dry run", few), speed("dry run", many), ...memory("dry run", few, many)];
    },
  };
}

const speed = (what: string, { rows, seconds, exact }: PlatformFigures): BenchLine => ({
  name: `${what} of ${whole(rows)} rows on the local platform`,
  figure: `${whole(rows / seconds)} rows/s, ${whole(seconds)} s`,
  limit: "",
  ratio: null,
  exact,
});

function memory(what: string, few: PlatformFigures, many: PlatformFigures): BenchLine[] {
  return (["open-import", "import-rows"] as const).map((name: WatchedFunction): BenchLine => {
    const ratio = many.peakMiB[name] / few.peakMiB[name];
    return {
      name: `${what}, peak memory of ${name}`,
      figure: `${many.peakMiB[name]} MiB at ${whole(many.rows)} rows`,
      limit: `${few.peakMiB[name]} MiB at ${whole(few.rows)} rows`,
      ratio,
      goal: both(atMost(ratio, MAX_GROWTH), {
        text: `at most ${MAX_MIB} MiB`,
        // Of a process that nobody saw, nothing is known.
        met: few.peakMiB[name] > 0 && many.peakMiB[name] <= MAX_MIB,
      }),
      exact: null,
    };
  });
}

/** Progress, now and then. */
function tell(): (line: string) => void {
  let last = 0;
  return (line) => {
    if (Date.now() - last < 10_000) return;
    last = Date.now();
    process.stderr.write(`  ${line}\n`);
  };
}
