/** One line of the bench: a figure, what it is measured against, and how it compares. */
export interface BenchLine {
  readonly name: string;
  readonly figure: string;
  readonly limit: string;
  readonly ratio: number | null;
  /** Whether the result is the same as that of a plain serial way; null where there is nothing to compare. */
  readonly exact: boolean | null;
}

export function table(lines: readonly BenchLine[]): string {
  const rows = lines.map(({ name, figure, limit, ratio, exact }) => [
    name,
    figure,
    limit,
    ratio === null ? "" : ratio.toFixed(2),
    exact === null ? "" : exact ? "exact" : "NOT EXACT",
  ]);
  const all = [["what", "measured", "against", "ratio", "check"], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}
