import { audited, auditOnce, type Doer } from "../access/audited.ts";
import { CallerError } from "../errors.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Clock, Queue } from "../ports.ts";
import { type ImportJob, importJob, type ImportUndo } from "../records/import-job.ts";
import { childrenOf } from "./advance-archive.ts";
import { findJob, isOver, loadJob } from "./import-jobs.ts";
import type { ImportMessage } from "./import-message.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "advance" | "read">;
  readonly imports: Queue<ImportMessage>;
  readonly clock: Clock;
}

const UNDONE = "the import has been undone already";

/**
 * Begins to undo an import that is over; of an archive, that of its last file, whose end begins the one before. Refuses
 * what has changed nothing, and what is being undone. Gives the job as it is then.
 */
export async function undoImport(deps: Dependencies, doer: Doer, job: ImportJob): Promise<ImportJob> {
  const { ledger, imports } = deps;
  const { program, key } = job;
  const targets = await undoTargets(ledger, job);
  const files = targets.filter((target) => target.key !== key);
  // Before the archive, so that the end of none of them finds it without others to go on with.
  for (const file of files) await mark(deps, doer, file);
  const current = await mark(deps, doer, job);
  // Whoever has begun it may have died before the message was out; sent again, it does no harm.
  if (current.undo?.status !== "running") throw new CallerError("conflict", UNDONE);
  if (targets.includes(job)) await imports.send([{ step: "undo", program, key, at: 0 }]);
  else await advanceUndo(deps, program, key);
  return current;
}

/** The imports whose changes are taken back with one: itself, or those of an archive's files. Refuses as undoing does. */
export async function undoTargets(ledger: Pick<Ledger, "read">, job: ImportJob): Promise<readonly ImportJob[]> {
  const refusal = refusalOf(job) ?? (await archiveRefusal(ledger, job));
  if (refusal !== undefined) throw new CallerError("conflict", refusal);
  const children = await childrenOf(ledger, job);
  if (children.length === 0) return [job];
  const files = children.filter((child) => refusalOf(child) === undefined);
  if (files.length === 0 && job.undo === null) throw new CallerError("conflict", UNDONE);
  return files;
}

/** Out of turn, a file would keep what others of its archive refer to. */
async function archiveRefusal(
  ledger: Pick<Ledger, "read">,
  { program, archive_key }: ImportJob,
): Promise<string | undefined> {
  const archive = archive_key === null ? undefined : await findJob(ledger, program, archive_key);
  return archive?.record.undo?.status === "running" ? `its archive is being undone: ${archive.record.key}` : undefined;
}

async function mark({ ledger, clock }: Dependencies, doer: Doer, job: ImportJob): Promise<ImportJob> {
  const now = clock();
  const undo: ImportUndo = {
    status: "running",
    requested_at: now,
    requested_by: doer.id,
    finished_at: null,
    reversed: 0,
    kept: 0,
    not_reversible: 0,
  };
  await ledger.advance(importJob, job, {
    set: { undo, updated_at: now },
    once: auditOnce(audited(job, { action: "import.undone", actor: doer, at: now })),
  });
  return (await loadJob(ledger, job.program, job.key)).record;
}

/** Sends for the undoing of the next import of an archive, the last one first; behind the first one, what was undone is summed. */
export async function advanceUndo(
  { ledger, imports, clock }: Dependencies,
  program: string,
  key: string,
): Promise<{ readonly isOver: boolean }> {
  const { record: archive } = await loadJob(ledger, program, key);
  const children = await childrenOf(ledger, archive);
  const next = children.findLast(({ undo }) => undo?.status === "running");
  if (next !== undefined) {
    await imports.send([{ step: "undo", program, key: next.key, at: 0 }]);
    return { isOver: false };
  }
  if (archive.undo?.status === "running") {
    const sum = (of: (undo: ImportUndo) => number) =>
      children.reduce((total, { undo }) => total + (undo === null ? 0 : of(undo)), 0);
    const now = clock();
    const undo: ImportUndo = {
      ...archive.undo,
      status: "completed",
      finished_at: now,
      reversed: sum(({ reversed }) => reversed),
      kept: sum(({ kept }) => kept),
      not_reversible: sum(({ not_reversible }) => not_reversible),
    };
    await ledger.advance(importJob, archive, { set: { undo, updated_at: now } });
  }
  return { isOver: true };
}

function refusalOf(job: ImportJob): string | undefined {
  if (!isOver(job)) return `the import is ${job.status}: cancel it first`;
  if (job.options.dry_run) return "a dry run has changed nothing";
  if (job.undo?.status === "completed") return UNDONE;
  return job.rows.created + job.rows.updated === 0 ? "the import has changed nothing" : undefined;
}
