import { present, presentExport, presentImport } from "../api/present.ts";
import type { Clock } from "../ports.ts";
import { exportJob } from "../records/export-job.ts";
import { importJob } from "../records/import-job.ts";
import { declarationOf } from "../records/index.ts";
import { isRecordOf } from "../records/record.ts";
import type { PresentNoun } from "./note-event.ts";

/** Shows records to receivers as the API shows them. */
export const presentNoun =
  (clock: Clock): PresentNoun =>
  (noun, record) => {
    // An application is a partnership that has not been decided on.
    const declared = declarationOf(noun === "application" ? "partnership" : noun);
    if (isRecordOf(importJob, declared, record)) return presentImport(record, clock());
    if (isRecordOf(exportJob, declared, record)) return presentExport(record, clock());
    return present(declared, record);
  };
