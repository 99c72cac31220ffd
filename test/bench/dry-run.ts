import { isDeepStrictEqual } from "node:util";
import { reward } from "../../shared/records/reward.ts";
import { createBenchImports, type ImportFigures, isPredicted } from "./bench-imports.ts";
import { allHold, atMost, type BenchLine, whole } from "./lines.ts";
import { customersCsv, partnersCsv, type Program, tenths, transactionsCsv } from "./program-files.ts";

/** A dry run of transactions that earn rewards: that it writes no record, and tells exactly what the import behind it does. */
export async function dryRun(transactions = 20_000): Promise<BenchLine[]> {
  const size: Program = { partners: transactions / 100, customers: transactions / 10, transactions };
  const { world, run, rewardTenth, records } = await createBenchImports();
  await run("partners", partnersCsv(size));
  await run("customers", customersCsv(size));
  await rewardTenth();
  const before = records();
  const dry = await run("transactions", transactionsCsv(size), "dry-run/");
  const after = records();
  const real = await run("transactions", transactionsCsv(size));

  const { rewards, amounts } = tenths(transactions);
  const stored: Record<string, number> = {};
  for (const { amount, currency } of world.stored(reward)) stored[currency] = (stored[currency] ?? 0) + amount;
  const exact = allHold({
    "the import does what the dry run told": isPredicted(dry.job, real.job),
    "every row is created": dry.job.rows.created === transactions,
    "every reward is told": dry.job.effects.rewards === rewards && isDeepStrictEqual(dry.job.reward_amounts, amounts),
    "those rewards are stored": isDeepStrictEqual(stored, amounts),
  });
  return [
    {
      name: `dry run of ${whole(transactions)} transactions, items it leaves`,
      figure: `${after.length - before.length} more than ${whole(before.length)}`,
      limit: `${whole(records().length - after.length)} items of the import behind it`,
      ratio: null,
      goal: { text: "none, none changed", met: isDeepStrictEqual(before, after) },
      exact,
    },
    {
      name: "dry run, units per row",
      figure: perRow(dry),
      limit: `${perRow(real)} of the import`,
      ratio: dry.units.write / real.units.write,
      goal: atMost(dry.units.write / transactions, 0.01),
      exact: null,
    },
  ];
}

const perRow = ({ units, job }: ImportFigures): string =>
  `${(units.write / job.rows.total).toFixed(4)} write, ${(units.read / job.rows.total).toFixed(3)} read`;

/** A dry run of rows that are taken in file order: each part has to know what those before it would have written. */
export async function dryRunInOrder(rows = 20_000): Promise<BenchLine[]> {
  const size: Program = { partners: rows / 100, customers: rows, transactions: 0 };
  const { run, records } = await createBenchImports({ partRows: rows / 5 });
  await run("partners", partnersCsv(size));
  const before = records();
  const dry = await run("customers", withChanges(customersCsv(size)), "dry-run/");
  const isUntouched = isDeepStrictEqual(before, records());
  const real = await run("customers", withChanges(customersCsv(size)));
  const { total } = dry.job.rows;
  const micros = ({ cpuSeconds }: ImportFigures) => (cpuSeconds / total) * 1e6;
  return [
    {
      name: `dry run in order of ${whole(total)} customers, CPU`,
      figure: `${micros(dry).toFixed(1)} us a row`,
      limit: `${micros(real).toFixed(1)} us of the import behind it`,
      ratio: micros(dry) / micros(real),
      exact: allHold({
        "nothing is written": isUntouched,
        "the import does what the dry run told": isPredicted(dry.job, real.job),
        "every customer is created": real.job.rows.created === rows,
      }),
    },
    {
      name: "dry run in order, object bytes",
      figure: `${whole(dry.objectBytes / total)} a row`,
      limit: `${whole(real.objectBytes / total)} of the import behind it`,
      ratio: null,
      exact: null,
    },
  ];
}

/** With customers of the file's beginning once more at its end, every other one under a new name. */
function* withChanges(lines: Iterable<string>): Generator<string> {
  const first: string[] = [];
  for (const line of lines) {
    yield line;
    if (first.length <= 1000) first.push(line);
  }
  for (const [at, line] of first.slice(1).entries()) yield at % 2 === 0 ? line : line.replace("Customer", "Client");
}
