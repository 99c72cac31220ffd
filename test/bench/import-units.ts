import { atMost, type BenchLine } from "./lines.ts";
import { createBenchImports, type ImportFigures } from "./bench-imports.ts";
import {
  customersCsv,
  dealsCsv,
  leadsCsv,
  partnersCsv,
  plannedCsv,
  type Program,
  rewardsCsv,
  tenths,
  transactionsCsv,
} from "./program-files.ts";

/** On-demand prices of us-east-1 since November 2024: dollars per million units. */
const WRITE_PRICE = 0.625;
const READ_PRICE = 0.125;

/**
 * DynamoDB units per imported row of each type, counted from the items' sizes by DynamoDB's rules: for new rows, and
 * for the same file again.
 */
export async function importUnits(transactions = 40_000): Promise<BenchLine[]> {
  const size: Program = { partners: transactions / 200, customers: transactions / 10, transactions };
  const rows = transactions / 5;
  const files = {
    partners: partnersCsv,
    customers: customersCsv,
    transactions: transactionsCsv,
    rewards: (program: Program) => rewardsCsv(program, rows),
    leads: (program: Program) => leadsCsv(program, rows),
    deals: (program: Program) => dealsCsv(program, rows),
  };
  const { run } = await createBenchImports();
  const units: BenchLine[] = [];
  const again: BenchLine[] = [];
  let dollars: number | undefined;
  for (const [type, file] of Object.entries(files)) {
    const created = await run(type, file(size));
    units.push(unitsLine(`units per row, ${type}`, created, "created"));
    if (type === "transactions") dollars = dollarsOf(created);
    again.push(unitsLine(`units per row, ${type} again`, await run(type, file(size)), "unchanged"));
  }
  return [dollarsLine(dollars ?? Infinity), ...units, await withTrigger(size), await withPlans(size), ...again];
}

function dollarsLine(dollars: number): BenchLine {
  // The record, its entry in the list index and its claim: three writes of less than 1 KB.
  const least = 3 * WRITE_PRICE;
  return {
    name: "dollars per million transaction rows",
    figure: `$${dollars.toFixed(2)}`,
    limit: `$${least.toFixed(2)} for record, list entry and unique key alone`,
    ratio: dollars / least,
    goal: atMost(dollars, 2.7),
    exact: null,
  };
}

async function withTrigger(size: Program): Promise<BenchLine> {
  const { run, rewardTenth } = await createBenchImports();
  await run("partners", partnersCsv(size));
  await run("customers", customersCsv(size));
  await rewardTenth();
  const created = await run("transactions", transactionsCsv(size));
  const line = unitsLine("units per row, transactions that earn a reward", created, "created");
  return { ...line, exact: line.exact === true && created.job.effects.rewards === tenths(size.transactions).rewards };
}

/** Every payment changes the customer as well, whose subscription it tells of. */
async function withPlans(size: Program): Promise<BenchLine> {
  const { run } = await createBenchImports();
  await run("partners", partnersCsv(size));
  await run("customers", customersCsv(size));
  return unitsLine("units per row, transactions with a plan", await run("transactions", plannedCsv(size)), "created");
}

/** The figures of an import of which every row has the same outcome. */
function unitsLine(name: string, figures: ImportFigures, outcome: "created" | "unchanged"): BenchLine {
  const { job, units } = figures;
  const { total } = job.rows;
  return {
    name,
    figure: `${(units.write / total).toFixed(3)} write, ${(units.read / total).toFixed(3)} read`,
    limit: `$${dollarsOf(figures).toFixed(2)} per million rows`,
    ratio: null,
    exact: job.rows[outcome] === total,
  };
}

/** Dollars per million rows. */
const dollarsOf = ({ job, units }: ImportFigures): number =>
  (units.write * WRITE_PRICE + units.read * READ_PRICE) / job.rows.total;
