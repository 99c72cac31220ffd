import { audited, auditOnce } from "../access/audited.ts";
import type { Principal } from "../access/principal.ts";
import { CallerError } from "../errors.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Clock, Queue } from "../ports.ts";
import { type ImportJob, importJob, type ImportUndo } from "../records/import-job.ts";
import { ARCHIVE } from "./drop.ts";
import { isOver, loadJob } from "./import-jobs.ts";
import type { ImportMessage } from "./import-message.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "advance" | "read">;
  readonly imports: Queue<ImportMessage>;
  readonly clock: Clock;
}

/** Begins to undo an import that is over. Refuses what has changed nothing, and what is being undone. Gives the job as it is then. */
export async function undoImport(deps: Dependencies, principal: Principal, job: ImportJob): Promise<ImportJob> {
  const { ledger, imports, clock } = deps;
  const refusal = refusalOf(job);
  if (refusal !== undefined) throw new CallerError("conflict", refusal);
  const { kind, id } = principal;
  const now = clock();
  const undo: ImportUndo = {
    status: "running",
    requested_at: now,
    requested_by: id,
    finished_at: null,
    reversed: 0,
    kept: 0,
    not_reversible: 0,
  };
  const isBegun = await ledger.advance(importJob, job, {
    set: { undo, updated_at: now },
    once: auditOnce(audited(job, { action: "import.undone", actor: { kind, id }, at: now })),
  });
  const { record: current } = await loadJob(ledger, job.program, job.key);
  // Whoever has begun it may have died before the message was out; sent again, it does no harm.
  if (!isBegun && current.undo?.status !== "running") {
    throw new CallerError("conflict", "the import has been undone already");
  }
  await imports.send([{ step: "undo", program: job.program, key: job.key, at: 0 }]);
  return current;
}

function refusalOf(job: ImportJob): string | undefined {
  if (!isOver(job)) return `the import is ${job.status}: cancel it first`;
  if (job.options.dry_run) return "a dry run has changed nothing";
  if (job.type === ARCHIVE) return "undo the imports of its files, the last one first";
  if (job.undo?.status === "completed") return "the import has been undone already";
  return job.rows.created + job.rows.updated === 0 ? "the import has changed nothing" : undefined;
}
