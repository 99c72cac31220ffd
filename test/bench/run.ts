import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { cutPlanner } from "./cut-planner.ts";
import { exportSpeed } from "./export-speed.ts";
import { exportUnits } from "./export-units.ts";
import { importCpu } from "./import-cpu.ts";
import { importUnits } from "./import-units.ts";
import { type BenchLine, table } from "./lines.ts";
import { importOnPlatform, type PlatformFigures } from "./platform-run.ts";

const HELP = `Measures Partner Ledger: each line against a limit of the same run. Writes bench.json.

  npm run bench                all lines; the million-row import takes many minutes
  npm run bench -- --quick     without the imports on the local platform
  npm run bench -- --rows N    rows of the large import (default 1,000,000; the small one is a tenth of it)`;

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean" },
    rows: { type: "string", default: "1000000" },
    help: { type: "boolean", short: "h" },
  },
});
if (options.help) {
  console.log(HELP);
  process.exit(0);
}

const lines: BenchLine[] = [];
const measure = async (what: string, work: () => Promise<BenchLine | BenchLine[]>) => {
  process.stderr.write(`${what} ...\n`);
  lines.push(...[await work()].flat());
};

await measure("import, CPU path", importCpu);
await measure("cut planner", cutPlanner);
await measure("import, units", importUnits);
await measure("export, speed", exportSpeed);
await measure("export, units", exportUnits);
if (!options.quick) await measure("imports on the local platform", () => platformLines(Number(options.rows)));

console.log(table(lines));
writeFileSync("bench.json", `${JSON.stringify({ node: process.version, lines }, null, 2)}\n`);
if (lines.some(({ exact }) => exact === false)) process.exitCode = 1;

async function platformLines(rows: number): Promise<BenchLine[]> {
  const small = await importOnPlatform({ partners: 1000, customers: 20_000, transactions: rows / 10 }, tell());
  const large = await importOnPlatform({ partners: 1000, customers: 20_000, transactions: rows }, tell());
  const speed = ({ rows: count, seconds, exact }: PlatformFigures): BenchLine => ({
    name: `import of ${count.toLocaleString("en")} rows on the local platform`,
    figure: `${Math.round(count / seconds).toLocaleString("en")} rows/s, ${Math.round(seconds)} s`,
    limit: "",
    ratio: null,
    exact,
  });
  const memory = (name: "open-import" | "import-rows"): BenchLine => ({
    name: `${name}, peak memory`,
    figure: `${large.peakMiB[name]} MiB at ${large.rows.toLocaleString("en")} rows`,
    limit: `${small.peakMiB[name]} MiB at ${small.rows.toLocaleString("en")} rows`,
    ratio: large.peakMiB[name] / small.peakMiB[name],
    exact: null,
  });
  return [speed(small), speed(large), memory("open-import"), memory("import-rows")];
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
