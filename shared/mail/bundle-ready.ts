import { LINK_MINUTES } from "../names.ts";
import { instantCell } from "../records/bundle.ts";
import type { ExportJob } from "../records/export-job.ts";
import { counted, type Letter, letter } from "./letter.ts";

interface Download {
  readonly programName: string;
  readonly link: string;
  readonly closesAt: number;
}

/** Tells that a bundle can be fetched, and until when. */
export const bundleReady = (
  { as_of, files, key, requested_by }: ExportJob,
  { programName, link, closesAt }: Download,
): Letter =>
  letter(`Your export of ${programName} is ready`, [
    "Hello,",
    `The export of ${programName} is ready. It shows the program as it was at ${utc(as_of)}.`,
    { link, label: "Download the bundle (ZIP)" },
    `For security the link closes in ${LINK_MINUTES} minutes, at ${utc(closesAt)}. After that, please ask for a new export.`,
    { facts: files.map(({ name, rows }) => [name, counted(rows, "row")]) },
    "Every file has a partner_id, by which the files can be joined.",
    `Asked for by ${requested_by} (export ${key}). If this was not you or a colleague, please tell your program's administrator.`,
  ]);

const utc = (ms: number): string => `${instantCell(ms)} UTC`;
