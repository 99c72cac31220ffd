import type { ExportJob } from "../../shared/records/export-job.ts";
import { bar, state } from "./import-line.ts";

/** What the line of progress tells of an export. */
export interface ShownExport extends Pick<ExportJob, "status" | "progress" | "rows" | "bytes"> {
  /** Milliseconds that it will still take; null while nobody can tell. */
  readonly eta_ms?: number | null;
}

/** How far an export is, in a line: bar, what is written, and how long it still takes. */
export function exportLine(job: ShownExport, seconds: number): string {
  const { status, progress, rows, bytes, eta_ms: eta } = job;
  const isRunning = status === "running";
  const told = [
    rows > 0 ? `${count(rows)} rows` : "",
    bytes > 0 ? size(bytes) : "",
    // In place of how long it has taken: there is no room for both.
    isRunning && eta ? `${time(eta)} left` : state(status, seconds),
  ];
  return `  ${"export".padEnd(12)}  ${bar(progress)}  ${told.filter((one) => one !== "").join(", ")}`.trimEnd();
}

/** `999,999`, then `1.2M`: the line has to fit into 80 columns. */
const count = (rows: number): string =>
  rows.toLocaleString("en", rows < 1_000_000 ? {} : { notation: "compact", maximumFractionDigits: 1 });

const time = (ms: number): string =>
  ms > 120_000 ? `${Math.ceil(ms / 60_000).toLocaleString("en")} min` : `${Math.ceil(ms / 1000)} s`;

const UNITS = ["kB", "MB", "GB", "TB"] as const;

/** `1.2 MB`, in powers of a thousand. */
function size(bytes: number): string {
  let value = bytes;
  let shown = `${bytes} bytes`;
  for (const unit of UNITS) {
    // What would be rounded to a thousand is one of the next unit.
    if (value < 999.95) break;
    value /= 1000;
    shown = `${value.toFixed(1)} ${unit}`;
  }
  return shown;
}
