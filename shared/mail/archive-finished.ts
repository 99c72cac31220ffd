import { API_BASE } from "../names.ts";
import { type ImportJob, OUTCOMES } from "../records/import-job.ts";
import { type Block, type Letter, letter } from "./letter.ts";

const ENDS: Partial<Record<ImportJob["status"], string>> = { completed: "is done", canceled: "was canceled" };

/** Tells what became of an archive: of each of its files with its rows, and of what was left out. */
export function archiveFinished(archive: ImportJob, files: readonly ImportJob[], programName: string): Letter {
  const { filename, key, options, reason, status, warnings } = archive;
  const what = options.dry_run ? "Dry run" : "Import";
  const failed = files.filter((file) => file.status !== "completed" || file.rows.failed > 0).length;
  const but = status === "completed" && failed > 0 ? `, with problems in ${failed} of its ${files.length} files` : "";
  const withErrors = files.filter(({ rows }) => rows.failed > 0);
  return letter(`${what} of ${filename} ${ENDS[status] ?? "did not work"}${but}`, [
    "Hello,",
    options.dry_run
      ? `Here is what importing the files of this archive into ${programName} would do. Nothing was written.`
      : `This is what became of the files of this archive in ${programName}.`,
    {
      facts: [
        ["Archive", filename],
        ["Import", key],
      ],
    },
    ...(reason === null ? [] : [`The reason: ${reason}`]),
    "Its files, in the order they were imported:",
    { points: files.map(fileLine) },
    ...(withErrors.length === 0
      ? []
      : [
          "Failed rows are in error files, each row as you wrote it, with what is wrong and what to do:",
          {
            facts: withErrors.map((file): [string, string] => [
              file.filename,
              `GET ${API_BASE}/imports/${file.key}/errors.csv`,
            ]),
          },
        ]),
    ...notes(warnings),
  ]);
}

function fileLine({ filename, key, rows, status, type }: ImportJob): string {
  const counts = OUTCOMES.filter((outcome) => rows[outcome] > 0).map((outcome) => `${rows[outcome]} ${outcome}`);
  const told = rows.total === 0 ? "" : ` (${rows.total} rows: ${counts.join(", ")})`;
  return `${filename} (${type ?? "unknown"}, ${key}): ${status}${told}`;
}

const notes = (warnings: ImportJob["warnings"]): Block[] =>
  warnings.length === 0 ? [] : ["Please note:", { points: warnings.map(({ message }) => message) }];
