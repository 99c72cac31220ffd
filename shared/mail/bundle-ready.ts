import { keptUntil } from "../exports/kept-until.ts";
import { API_BASE, DROP_PREFIX } from "../names.ts";
import type { ExportJob } from "../records/export-job.ts";
import { filtersInWords } from "./filters-in-words.ts";
import { type Block, counted, type Letter, letter } from "./letter.ts";
import { type Download, linkCloses, utc } from "./link-closes.ts";
import { sizeInWords } from "./size-in-words.ts";

interface Occasion {
  /** The name of the group that the export is of, if any. */
  readonly group?: string | undefined;
  /** Who asked for a fresh link, where this is one. */
  readonly freshFor?: string | undefined;
}

/** Tells that a bundle can be fetched, what is in it, and until when. */
export function bundleReady(
  job: ExportJob,
  programName: string,
  download: Download,
  { group, freshFor }: Occasion = {},
): Letter {
  const { as_of, files, filters, key, requested_by } = job;
  const subject = `Your export of ${programName} is ready`;
  return letter(freshFor === undefined ? subject : `A fresh link to your export of ${programName}`, [
    "Hello,",
    `The export of ${programName} is ready. It shows the program as it was at ${utc(as_of)}.`,
    { link: download.link, label: "Download the bundle (ZIP)" },
    linkCloses(download),
    ...freshLink(job),
    "What is inside:",
    {
      facts: [
        ...files.map(({ name, rows, bytes }) => [name, `${counted(rows, "row")}, ${sizeInWords(bytes)}`] as const),
        ["unpacked", sizeInWords(files.reduce((sum, { bytes }) => sum + bytes, 0))],
        ...filtersInWords(filters, group),
      ],
    },
    ...whatToDo(job),
    `Asked for by ${requested_by} (export ${key}).${freshFor === undefined ? "" : ` The fresh link was asked for by ${freshFor}.`} If this was not you or a colleague, please tell your program's administrator.`,
  ]);
}

function freshLink(job: ExportJob): Block[] {
  const until = keptUntil(job);
  if (until === null) return [];
  return [
    `Until ${utc(until)} whoever may export can have a fresh link mailed to you; after that, please ask for a new export.`,
    { facts: [["Fresh link", `POST ${API_BASE}/exports/${job.key}/link`]] },
  ];
}

function whatToDo({ filters, program }: ExportJob): Block[] {
  if (filters.format === "bundle") return ["Every file has a partner_id, by which the files can be joined."];
  return [
    "The files have the importer's own headers. To make the program anew, drop the archive as it is into the upload bucket of an empty one, with triggers disabled:",
    { facts: [["Drop it as", `${DROP_PREFIX}<program>/archive/disable-triggers/${program}.zip`]] },
  ];
}
