import { API_BASE } from "../names.ts";
import type { ImportJob, ImportUndo } from "../records/import-job.ts";
import { counted, type Letter, letter } from "./letter.ts";

/** Tells what has been taken back of an import, and what stays; of an archive, with the imports of its files. */
export const importUndone = (
  { filename, key, type }: ImportJob,
  undo: ImportUndo,
  programName: string,
  files: readonly ImportJob[] = [],
): Letter =>
  letter(`The import of ${filename} has been undone`, [
    "Hello,",
    `What the import of this file had changed in ${programName} has been taken back, as far as nobody has built on it since.`,
    {
      facts: [
        ["File", filename],
        ["Type", type ?? "unknown"],
        ["Import", key],
      ],
    },
    {
      facts: [
        ["rows reversed", `${undo.reversed}`],
        ["rows kept", `${undo.kept}`],
        ["rows not reversible", `${undo.not_reversible}`],
      ],
    },
    ...(undo.kept + undo.not_reversible === 0
      ? []
      : [
          `${counted(undo.kept + undo.not_reversible, "row")} stay, each with the reason:`,
          {
            facts:
              files.length === 0
                ? [["List", listOf(key)] as const]
                : files.filter(staying).map((file) => [`List of ${file.filename}`, listOf(file.key)] as const),
          },
        ]),
    "Mails that have been sent cannot be taken back.",
  ]);

const listOf = (key: string): string => `GET ${API_BASE}/imports/${key}/undo`;

const staying = ({ undo }: ImportJob): boolean => undo !== null && undo.kept + undo.not_reversible > 0;
