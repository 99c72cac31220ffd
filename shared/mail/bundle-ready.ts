import type { ExportJob } from "../records/export-job.ts";
import { counted, type Letter, letter } from "./letter.ts";
import { type Download, linkCloses, utc } from "./link-closes.ts";

/** Tells that a bundle can be fetched, and until when. */
export const bundleReady = (
  { as_of, files, key, requested_by }: ExportJob,
  programName: string,
  download: Download,
): Letter =>
  letter(`Your export of ${programName} is ready`, [
    "Hello,",
    `The export of ${programName} is ready. It shows the program as it was at ${utc(as_of)}.`,
    { link: download.link, label: "Download the bundle (ZIP)" },
    `${linkCloses(download)} After that, please ask for a new export.`,
    { facts: files.map(({ name, rows }) => [name, counted(rows, "row")]) },
    "Every file has a partner_id, by which the files can be joined.",
    `Asked for by ${requested_by} (export ${key}). If this was not you or a colleague, please tell your program's administrator.`,
  ]);
