/** One line of the bench: a figure, what it is measured against, and how it compares. */
export interface BenchLine {
  readonly name: string;
  readonly figure: string;
  readonly limit: string;
  readonly ratio: number | null;
  /** What the figure has to keep to, and whether it does; without it, it is only told. */
  readonly goal?: Goal;
  /** Whether the result is the same as that of a plain serial way; null where there is nothing to compare. */
  readonly exact: boolean | null;
}

export interface Goal {
  readonly text: string;
  readonly met: boolean;
}

export const atMost = (value: number, bound: number): Goal => ({
  text: `at most ${bound.toFixed(2)}`,
  met: value <= bound,
});

export const atLeast = (value: number, bound: number): Goal => ({
  text: `at least ${bound.toFixed(2)}`,
  met: value >= bound,
});

export const both = (...goals: readonly Goal[]): Goal => ({
  text: goals.map(({ text }) => text).join(", "),
  met: goals.every(({ met }) => met),
});

export function table(lines: readonly BenchLine[]): string {
  const rows = lines.map(({ name, figure, limit, ratio, goal, exact }) => [
    name,
    figure,
    limit,
    ratio === null ? "" : ratio.toFixed(2),
    goal === undefined ? "" : `${goal.text}: ${goal.met ? "met" : "MISSED"}`,
    exact === null ? "" : exact ? "exact" : "NOT EXACT",
  ]);
  const head = ["what", "measured", "against", "ratio", "goal", "check"];
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Whether all of it is so; what is not, is told on stderr. */
export function allHold(facts: Readonly<Record<string, boolean>>): boolean {
  const failed = Object.keys(facts).filter((fact) => facts[fact] !== true);
  for (const fact of failed) process.stderr.write(`  not so: ${fact}\n`);
  return failed.length === 0;
}

/** A whole number as people read it. */
export const whole = (value: number): string => Math.round(value).toLocaleString("en");

/** Seconds of CPU that work takes, all threads together: unlike the time it takes, hardly touched by what else the machine does. */
export async function cpuSeconds(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

/** The best of several rounds of each work, in turns, so that a bad moment of the machine meets all of them. */
export async function bestCpuSeconds(
  rounds: number,
  ...works: readonly (() => Promise<unknown>)[]
): Promise<readonly number[]> {
  const best = works.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    for (const [at, work] of works.entries()) best[at] = Math.min(best[at] ?? Infinity, await cpuSeconds(work));
  }
  return best;
}
