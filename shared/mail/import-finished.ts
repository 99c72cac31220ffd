import { API_BASE } from "../names.ts";
import { type ImportJob, OUTCOMES } from "../records/import-job.ts";
import { type Block, counted, type Letter, letter } from "./letter.ts";

/** Warnings beyond these are read through the API. */
const MAX_WARNINGS = 5;

/** Tells what became of a file, and what is left to do. */
export function importFinished(job: ImportJob, programName: string): Letter {
  const facts: Block = {
    facts: [
      ["File", job.filename],
      ["Type", job.type ?? "unknown"],
      ["Import", job.key],
    ],
  };
  if (job.status !== "completed") return stopped(job, programName, facts);
  const { failed, total } = job.rows;
  const name = job.options.dry_run ? "Dry run" : "Import";
  const result = failed === 0 ? "is done" : `is done, but ${counted(failed, "row")} failed`;
  return letter(`${name} of ${job.filename} ${result}`, [
    "Hello,",
    job.options.dry_run
      ? `Here is what importing this file into ${programName} would do. Nothing was written.`
      : `This file has been imported into ${programName}.`,
    facts,
    {
      facts: [
        ...OUTCOMES.map((outcome): [string, string] => [outcome, `${job.rows[outcome]}`]),
        ["rows in the file", `${total}`],
      ],
    },
    ...warnings(job),
    ...(failed > 0 ? errorFile(job.key) : []),
  ]);
}

const warnings = ({ warnings: all }: ImportJob): Block[] =>
  all.length === 0 ? [] : ["Please note:", { points: all.slice(0, MAX_WARNINGS).map(({ message }) => message) }];

const errorFile = (key: string): Block[] => [
  "The failed rows are in an error file, each as you wrote it, with what is wrong and what to do. Mend them there and drop that file again: rows that are imported already stay as they are.",
  { facts: [["Error file", `GET ${API_BASE}/imports/${key}/errors.csv`]] },
];

function stopped({ filename, reason, rows, status }: ImportJob, programName: string, facts: Block): Letter {
  const verb = status === "canceled" ? "was canceled" : "did not work";
  const done = rows.processed - rows.failed;
  return letter(`Import of ${filename} ${verb}`, [
    "Hello,",
    `The import of this file into ${programName} ${verb}.`,
    facts,
    ...(reason === null ? [] : [`The reason: ${reason}`]),
    done > 0
      ? `${counted(done, "row")} had been taken up before; they are recognised when the file comes again.`
      : "None of its rows has been imported.",
    ...(status === "canceled" ? [] : ["Please mend the file and drop it again."]),
  ]);
}
