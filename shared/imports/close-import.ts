import type { Ledger } from "../ledger/ledger.ts";
import type { MailMessage } from "../mail/mail-message.ts";
import type { Clock, Log, ObjectStore, Queue, Value } from "../ports.ts";
import { csvLine } from "../write-csv.ts";
import { type ImportJob, importJob } from "../records/import-job.ts";
import { advanceArchive } from "./advance-archive.ts";
import { errorsKey } from "./drop.ts";
import { ERROR_COLUMNS, ownNames } from "./header.ts";
import { isOver, loadJob } from "./import-jobs.ts";
import { readOutcomes, readPlan } from "./outcomes.ts";
import type { Plan } from "./plan.ts";
import { uploadStream } from "../upload-stream.ts";

export interface CloseImportDependencies {
  readonly ledger: Ledger;
  readonly uploads: ObjectStore;
  readonly mail: Queue<MailMessage>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Ends an import whose parts are all done: error file, status, mail. */
export const closeImport =
  ({ ledger, uploads, mail, clock, log }: CloseImportDependencies) =>
  async (message: { program: string; key: string }) => {
    const { record: job } = await loadJob(ledger, message.program, message.key);
    if (!isOver(job)) {
      const { rows } = job;
      const told = rows.created + rows.updated + rows.unchanged + rows.skipped + rows.failed;
      if (told !== rows.total || rows.processed !== rows.total) {
        throw new Error(`import ${job.key} has ${rows.total} rows but tells of ${told}`);
      }
      const plan = await readPlan(uploads, job.program, job.key);
      if (plan === undefined) throw new Error(`the plan of import ${job.key} is not there`);
      if (rows.failed > 0)
        await uploadStream(uploads, errorsKey(job.program, job.key), errorFile(uploads, job, plan), "text/csv");
      const now = clock();
      await ledger.advance(importJob, job, {
        set: {
          status: "completed",
          finished_at: now,
          updated_at: now,
          warnings: [...job.warnings, ...(await partWarnings(ledger, job))],
        },
        when: { equals: { status: "running" } },
      });
      log.info("import.finished", { program: job.program, key: job.key, ...rows });
    }
    await mail.send([{ mail: "import-finished", program: message.program, key: message.key }]);
    if (job.archive_key !== null) await advanceArchive({ ledger, uploads, clock }, job.program, job.archive_key);
  };

async function* errorFile(uploads: ObjectStore, job: ImportJob, plan: Plan): AsyncGenerator<Uint8Array> {
  const names = ownNames(plan.header.names);
  yield Buffer.from(csvLine([...names, ...ERROR_COLUMNS], plan.delimiter));
  for await (const outcomes of readOutcomes(uploads, job, plan)) {
    const lines = outcomes
      .filter(({ outcome }) => outcome === "failed")
      .map(({ row, column, code, message, hint, cells = [] }) => {
        // A row of too many cells keeps them all, for its owner to find the separator too many.
        const width = cells.length > plan.header.names.length ? cells.length : names.length;
        const own = Array.from({ length: width }, (_, at) => cells[at] ?? "");
        return csvLine([...own, String(row), column ?? "", code ?? "", message ?? "", hint ?? ""], plan.delimiter);
      });
    yield Buffer.from(lines.join(""));
  }
}

async function partWarnings(ledger: Ledger, job: ImportJob): Promise<Value[]> {
  const found = new Map<string, Value>();
  for await (const { warnings } of ledger.moves(importJob, job, "done#")) {
    if (Array.isArray(warnings)) for (const warning of warnings) found.set(JSON.stringify(warning), warning);
  }
  return [...found.values()];
}
