import * as z from "zod";
import type { BaseRecord, Declaration } from "../records/record.ts";
import type { ImportJob } from "../records/import-job.ts";
import { importJob } from "../records/import-job.ts";

/** The fields of a record that callers see: all but the program, which is theirs, and what is marked internal. */
export const visibleFields = (declaration: Declaration): string[] =>
  Object.entries(declaration.schema.shape)
    .filter(([name, field]) => name !== "program" && z.globalRegistry.get(field)?.["internal"] !== true)
    .map(([name]) => name);

/** A record as the API shows it; fields without a value are there, as null. */
export function present<R extends BaseRecord>(declaration: Declaration<R>, record: R): Record<string, unknown> {
  const fields = new Map<string, unknown>(Object.entries(record));
  return Object.fromEntries(visibleFields(declaration).map((name) => [name, fields.get(name) ?? null]));
}

/** An import job as the API shows it: with its program, by which files are dropped, and how far it has come. */
export const presentImport = (job: ImportJob): Record<string, unknown> => ({
  ...present(importJob, job),
  program: job.program,
  percent: percentOf(job),
});

function percentOf({ status, rows }: ImportJob): number {
  if (status === "completed") return 100;
  return rows.total === 0 ? 0 : Math.min(100, Math.floor((rows.processed / rows.total) * 100));
}
