/** What the line of progress tells of an import. */
export interface ShownImport {
  readonly status: string;
  readonly rows?: Readonly<Record<string, number>>;
  readonly rows_per_second?: number | null;
  readonly eta_ms?: number | null;
}

const OUTCOMES = ["created", "updated", "unchanged", "skipped", "failed"];

/** How far an import is, in a line: bar, counts, speed, and how long it still takes. */
export function importLine(name: string, job: ShownImport, seconds: number): string {
  const { rows = {}, status, rows_per_second: speed, eta_ms: eta } = job;
  const { total = 0, processed = 0 } = rows;
  const told = [
    outcomeCounts(rows),
    state(status, seconds),
    status === "running" && speed ? `${Math.round(speed).toLocaleString("en")} rows/s` : "",
    status === "running" && eta ? `${Math.ceil(eta / 1000)} s left` : "",
  ];
  const percent = total === 0 ? 0 : (100 * processed) / total;
  return `  ${name.padEnd(12)}  ${bar(percent)}  ${told.filter((one) => one !== "").join(", ")}`;
}

/** `2,001 created, 3 failed`: the outcomes that there are. */
export const outcomeCounts = (rows: Readonly<Record<string, number>>): string =>
  OUTCOMES.filter((name) => (rows[name] ?? 0) > 0)
    .map((name) => `${rows[name]?.toLocaleString("en")} ${name}`)
    .join(", ");

/** A part of a file is counted when it is done: until then, that time passes shows that work goes on. */
export const state = (status: string, seconds: number): string =>
  status === "completed" ? "" : `${status}${seconds > 0 ? `, ${seconds} s` : ""}`;

export const bar = (percent: number): string =>
  `${"█".repeat(Math.floor(percent / 5)).padEnd(20, "░")} ${String(Math.floor(percent)).padStart(3)} %`;
