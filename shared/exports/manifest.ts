import type { ExportJob } from "../records/export-job.ts";
import type { Program } from "../records/program.ts";
import type { FileTally } from "./bundle-tallies.ts";
import type { FinishedFile } from "./growing-file.ts";

/** A file as the manifest tells of it. */
export type BundledFile = FinishedFile & FileTally;

/** 2: all seven files, own columns, formats, and filters by tag, manager, archived, joined range and partner. */
const SCHEMA = 2;

/** What is in the bundle, for programs and for whoever wants to check it. */
export const manifest = (
  { program, key, as_of, filters }: ExportJob,
  { rates }: Program,
  files: readonly BundledFile[],
): string =>
  `${JSON.stringify(
    {
      schema: SCHEMA,
      program,
      export: key,
      as_of: new Date(as_of).toISOString(),
      filters,
      rates_to_usd: rates,
      files,
    },
    null,
    2,
  )}\n`;
