import { effectsTold } from "../imports/effects-told.ts";
import { API_BASE } from "../names.ts";
import { type ImportJob, OUTCOMES } from "../records/import-job.ts";
import { type Block, counted, type Letter, letter } from "./letter.ts";
import { type Download, linkCloses } from "./link-closes.ts";

/** Warnings beyond these are read through the API. */
const MAX_WARNINGS = 5;

/** How to fetch the failed rows: by a link too, where the reader may have one. */
type ErrorFile = Download | "api only";

/** Tells what became of a file, and what is left to do. An import with failed rows has an error file to fetch. */
export function importFinished(job: ImportJob, programName: string, errors?: ErrorFile): Letter {
  const facts: Block = {
    facts: [
      ["File", job.filename],
      ["Type", job.type ?? "unknown"],
      ["Import", job.key],
    ],
  };
  if (job.status !== "completed") return stopped(job, programName, facts, errors);
  const { failed } = job.rows;
  const name = job.options.dry_run ? "Dry run" : "Import";
  const result = failed === 0 ? "is done" : `is done, but ${counted(failed, "row")} failed`;
  return letter(`${name} of ${job.filename} ${result}`, [
    "Hello,",
    job.options.dry_run
      ? `Here is what importing this file into ${programName} would do. Nothing was written.`
      : `This file has been imported into ${programName}.`,
    facts,
    counts(job),
    ...effects(job),
    ...warnings(job),
    ...errorFile(job, errors),
  ]);
}

const counts = ({ rows }: ImportJob): Block => ({
  facts: [
    ...OUTCOMES.map((outcome): [string, string] => [outcome, `${rows[outcome]}`]),
    ["rows in the file", `${rows.total}`],
  ],
});

function effects(job: ImportJob): Block[] {
  const told = effectsTold(job);
  if (told.length === 0) return [];
  return [job.options.dry_run ? "Beside its rows, it would bring:" : "Beside its rows, it brought:", { facts: told }];
}

const warnings = ({ warnings: all }: ImportJob): Block[] =>
  all.length === 0 ? [] : ["Please note:", { points: all.slice(0, MAX_WARNINGS).map(({ message }) => message) }];

function errorFile(job: ImportJob, errors: ErrorFile | undefined): Block[] {
  if (errors === undefined) return [];
  const api: Block = { facts: [["Error file", `GET ${API_BASE}/imports/${job.key}/errors.csv`]] };
  return [
    "The failed rows are in an error file, each as you wrote it, with what is wrong and what to do.",
    whatToMend(job),
    ...(errors === "api only"
      ? [api]
      : [
          { link: errors.link, label: "Download the error file (CSV)" },
          `${linkCloses(errors)} After that, the API has the file:`,
          api,
        ]),
  ];
}

/** An error file holds the failed rows alone, and is a file like any other: what it comes to depends on its own options. */
function whatToMend({ options, phase }: ImportJob): string {
  if (options.dry_run || phase === "check") {
    return "None of the good rows has been imported, so mend the failed ones in your own file and import the whole of it.";
  }
  const again = [
    ...(options.disable_triggers ? ["triggers disabled"] : []),
    ...(options.send_invites ? ["invitations"] : []),
  ];
  const alike = again.length === 0 ? "" : ` Import it as this one, with ${again.join(" and ")}.`;
  return `Mend them there and import that file: rows that are in already stay as they are.${alike}`;
}

function stopped(job: ImportJob, programName: string, facts: Block, errors: ErrorFile | undefined): Letter {
  const { filename, reason, rows, status } = job;
  const verb = status === "canceled" ? "was canceled" : "did not work";
  const name = job.options.dry_run ? "Dry run" : "Import";
  const done = rows.created + rows.updated;
  return letter(`${name} of ${filename} ${verb}`, [
    "Hello,",
    `The ${job.options.dry_run ? "dry run" : "import"} of this file into ${programName} ${verb}.`,
    facts,
    ...(reason === null ? [] : [`The reason: ${reason}`]),
    ...(rows.processed === 0 ? [] : [counts(job)]),
    whatIsIn(job, done),
    ...effects(job),
    ...errorFile(job, errors),
    ...(status === "canceled" || errors !== undefined ? [] : ["Please mend the file and drop it again."]),
  ]);
}

function whatIsIn({ options }: ImportJob, done: number): string {
  if (options.dry_run) return "Nothing was written.";
  return done === 0
    ? "None of its rows has been imported."
    : `${counted(done, "row")} had been imported before; they are recognised when the file comes again.`;
}
