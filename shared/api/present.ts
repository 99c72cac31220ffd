import * as z from "zod";
import { uploadExpiresAt } from "../imports/create-import.ts";
import { isStuck } from "../exports/is-stuck.ts";
import { keptUntil } from "../exports/kept-until.ts";
import { type ExportJob, exportJob } from "../records/export-job.ts";
import type { BaseRecord, Declaration } from "../records/record.ts";
import type { ImportJob } from "../records/import-job.ts";
import { importJob } from "../records/import-job.ts";

/** The fields of a record that callers see: all but the program, which is theirs, and what is marked internal. */
export const visibleFields = (declaration: Declaration): string[] =>
  Object.entries(declaration.schema.shape)
    .filter(([name, field]) => name !== "program" && z.globalRegistry.get(field)?.["internal"] !== true)
    .map(([name]) => name);

/** Their schemas. */
export const visibleShape = (declaration: Declaration): z.ZodRawShape =>
  Object.fromEntries(visibleFields(declaration).map((name) => [name, declaration.schema.shape[name] ?? z.unknown()]));

/** A record as the API shows it; fields without a value are there, as null. */
export function present<R extends BaseRecord>(declaration: Declaration<R>, record: R): Record<string, unknown> {
  const fields = new Map<string, unknown>(Object.entries(record));
  return Object.fromEntries(visibleFields(declaration).map((name) => [name, fields.get(name) ?? null]));
}

/** How far an import has come. */
export const progressShape = z.object({
  percent: z.int().min(0).max(100),
  rows_per_second: z.number().nullable().meta({ description: "Since it began; null before" }),
  eta_ms: z.int().nullable().meta({ description: "Milliseconds that it will still take; null while nobody can tell" }),
  upload_expires_at: z
    .int()
    .nullable()
    .meta({ description: "Until when its file can be uploaded, in epoch milliseconds; null when it waits for none" }),
});

/** An import job as the API shows it: with its program, by which files are dropped, and how far it has come. */
export const presentImport = (job: ImportJob, now: number): Record<string, unknown> => ({
  ...present(importJob, job),
  program: job.program,
  ...progressOf(job, now),
});

function progressOf(job: ImportJob, now: number): z.output<typeof progressShape> {
  const { started_at, finished_at } = job;
  const elapsed = started_at === null ? 0 : (finished_at ?? now) - started_at;
  const { done, total } = workOf(job);
  const perSecond = elapsed > 0 ? (done / elapsed) * 1000 : null;
  const left = finished_at === null ? Math.max(0, total - done) : 0;
  const isKnown = finished_at !== null || (perSecond !== null && perSecond > 0);
  return {
    percent: percentOf(job),
    rows_per_second: perSecond === null ? null : Math.round(perSecond * 10) / 10,
    upload_expires_at: uploadExpiresAt(job),
    eta_ms: isKnown ? Math.round((left / (perSecond || 1)) * 1000) : null,
  };
}

/** Rows to go through: all of them twice where they are checked before they are imported. */
function workOf({ options, phase, rows }: ImportJob): { readonly done: number; readonly total: number } {
  const isTwice = options.error_policy !== "import_good_rows" && !options.dry_run;
  if (!isTwice) return { done: rows.processed, total: rows.total };
  return { done: phase === "check" ? rows.processed : rows.total + rows.processed, total: 2 * rows.total };
}

function percentOf(job: ImportJob): number {
  const { status, rows, parts, parts_done } = job;
  if (status === "completed") return 100;
  // An archive counts files until the last one is done, when it counts their rows.
  if (rows.total === 0 && parts > 0) return Math.min(100, Math.floor((parts_done / parts) * 100));
  const { done, total } = workOf(job);
  return total === 0 ? 0 : Math.min(100, Math.floor((done / total) * 100));
}

/** How long an export still takes, and how long its bundle is there. */
export const exportProgressShape = z.object({
  eta_ms: z.int().nullable().meta({ description: "Milliseconds that it will still take; null while nobody can tell" }),
  kept_until: z.int().nullable().meta({
    description:
      "Until when a fresh link to the bundle can be asked for, in epoch milliseconds; null when there is none",
  }),
});

const STUCK =
  "Nobody has taken it up within an hour, as when its request broke off halfway. Take it back, and ask for it again.";

/** An export job as the API shows it: with its program, and how far it has come. */
export const presentExport = (job: ExportJob, now: number): Record<string, unknown> => ({
  ...present(exportJob, job),
  program: job.program,
  ...(isStuck(job, now) && { reason: STUCK }),
  ...({ eta_ms: exportEta(job, now), kept_until: keptUntil(job) } satisfies z.output<typeof exportProgressShape>),
});

function exportEta({ started_at, finished_at, progress }: ExportJob, now: number): number | null {
  if (finished_at !== null) return 0;
  const elapsed = started_at === null ? 0 : now - started_at;
  if (elapsed <= 0 || progress <= 0) return null;
  return Math.round((elapsed / progress) * Math.max(0, 100 - progress));
}
