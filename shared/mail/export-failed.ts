import type { ExportJob } from "../records/export-job.ts";
import { filtersInWords } from "./filters-in-words.ts";
import { type Letter, letter } from "./letter.ts";
import { utc } from "./link-closes.ts";

/** Tells that there will be no bundle, and what to do. */
export const exportFailed = (
  { as_of, filters, key, reason, requested_by }: ExportJob,
  programName: string,
  group?: string,
): Letter =>
  letter(`Your export of ${programName} did not work`, [
    "Hello,",
    `The export of ${programName} that was asked for at ${utc(as_of)} could not be made.`,
    reason === null ? "What went wrong is in our log." : `What went wrong: ${reason}`,
    "No records are lost or changed. Please ask for the export again; if it fails once more, send the key below to whoever runs Partner Ledger for you.",
    {
      facts: [
        ["Export", key],
        ["Asked for by", requested_by],
        ["Files", filters.files.map((name) => `${name}.csv`).join(", ")],
        ...filtersInWords(filters, group),
      ],
    },
  ]);
