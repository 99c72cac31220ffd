import * as z from "zod";
import { bundleFileNames, bundleFiles } from "../../exports/bundle-files.ts";
import { reportExportKey } from "../../exports/report-export-key.ts";
import type { Report } from "../../exports/reports.ts";
import { type ExportJob, exportJob } from "../../records/export-job.ts";
import type { Program } from "../../records/program.ts";
import { exportProgressShape, presentExport, visibleShape } from "../present.ts";

/** A report as the API shows it. */
export const reportShape = z.object({
  key: z.string(),
  name: z.enum(bundleFileNames),
  file: z.string().meta({ description: "The file that the archive holds" }),
  columns: z
    .array(z.string())
    .meta({ description: "Its columns; of applications, the fields of the program's own form come behind them" }),
  created_at: z.int().meta({ description: "Since the program is there, in epoch milliseconds" }),
  updated_at: z.int(),
});

export function presentReport({ key, file: name }: Report, { created_at }: Program): z.output<typeof reportShape> {
  const { file, columns } = bundleFiles[name];
  return { key, name, file, columns: Object.keys(columns), created_at, updated_at: created_at };
}

const link = z.object({
  file_url: z
    .string()
    .nullable()
    .meta({ description: "Leads to the file, without credentials, until `expires_at`; null while there is none" }),
  file_name: z.string().nullable().meta({ description: "Of the archive, a ZIP file" }),
  expires_at: z
    .int()
    .nullable()
    .meta({ description: "When `file_url` closes, in epoch milliseconds; asked again, there is a fresh one" }),
});

type Link = z.output<typeof link>;

/** What there is before the export is done, and once its file is no longer kept. */
export const NO_LINK: Link = { file_url: null, file_name: null, expires_at: null };

/** The export of a report as the API shows it. */
export const reportExportShape = z.object({
  ...visibleShape(exportJob),
  program: z.string(),
  ...exportProgressShape.shape,
  ...link.shape,
});

export const presentReportExport = (job: ExportJob, now: number, found: Link): object => ({
  ...presentExport(job, now),
  key: reportExportKey(job.key),
  ...found,
});
