import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { coldStart } from "./cold-start.ts";
import { type BenchLine, table } from "./lines.ts";
import { partnerSearch } from "./partner-search.ts";
import { platformLines } from "./platform-lines.ts";
import { quickLines } from "./quick-lines.ts";

const HELP = `Measures Partner Ledger: each line against a limit of the same run. Writes bench.json.
Fails when a result is not exact or a goal is missed.

  npm run bench                all lines; the million-row imports take many minutes
  npm run bench -- --quick     without the imports on the local platform
  npm run bench -- --rows N    rows of the large imports (default 1,000,000; the small ones have a tenth of it)
  npm run bench -- --only X    only what has X in its name, such as "dry run"`;

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean" },
    rows: { type: "string", default: "1000000" },
    only: { type: "string", default: "" },
    help: { type: "boolean", short: "h" },
  },
});
if (options.help) {
  console.log(HELP);
  process.exit(0);
}

/** What is measured of the API's own, in processes and on a table of its own. */
const apiLines = { "cold start": () => coldStart(), search: () => partnerSearch() };

const benches = {
  ...quickLines,
  ...apiLines,
  ...(options.quick ? {} : platformLines(Number(options.rows))),
};
const lines: BenchLine[] = [];
for (const [name, measure] of Object.entries(benches)) {
  if (!name.includes(options.only)) continue;
  process.stderr.write(`${name} ...\n`);
  lines.push(...[await measure()].flat());
}

console.log(table(lines));
writeFileSync("bench.json", `${JSON.stringify({ node: process.version, lines }, null, 2)}\n`);
if (lines.some(({ exact, goal }) => exact === false || goal?.met === false)) process.exitCode = 1;
