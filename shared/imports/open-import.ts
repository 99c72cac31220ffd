import type { Ledger } from "../ledger/ledger.ts";
import type { MailMessage } from "../mail/mail-message.ts";
import type { Clock, Log, ObjectStore, Queue, Table } from "../ports.ts";
import { auditEntry } from "../records/audit-entry.ts";
import { derivedKey } from "../records/derived-key.ts";
import { DEFAULT_OPTIONS, type ImportJob, importJob } from "../records/import-job.ts";
import { program, programPlace } from "../records/program.ts";
import { audited, auditOnce, BUCKET_ACTOR } from "../access/audited.ts";
import type { Announcing } from "../webhooks/announce-changes.ts";
import { announceEnd } from "../webhooks/announce-end.ts";
import { advanceArchive, childrenOf } from "./advance-archive.ts";
import { askedByDrop, written } from "./drop-options.ts";
import { type Drop, readDropKey } from "./drop.ts";
import { FileProblem } from "./file-problem.ts";
import { findJob, isOver, loadJob, newImportJob } from "./import-jobs.ts";
import { BadOption, optionsOf } from "./import-options.ts";
import type { ImportMessage } from "./import-message.ts";
import { openArchive } from "./open-archive.ts";
import { readPlan } from "./outcomes.ts";
import { type DroppedObject, prepareFile, unquoted } from "./prepare-file.ts";
import { sendFirst, startImport } from "./start-import.ts";
import { activeTriggers } from "../triggers/active-triggers.ts";

export interface OpenImportDependencies extends Announcing {
  readonly table: Pick<Table, "get">;
  readonly ledger: Ledger;
  readonly uploads: ObjectStore;
  readonly imports: Queue<ImportMessage>;
  readonly mail: Queue<MailMessage>;
  readonly clock: Clock;
  readonly log: Log;
  /** Rows of one part, where it is not the usual number. */
  readonly partRows?: number;
}

/**
 * Checks a dropped file, plans its parts and sets them going. The notification of one put always leads to the same job,
 * so that a repeated one finishes what the first began.
 */
export const openImport = (deps: OpenImportDependencies) => async (object: DroppedObject) => {
  // What a console calls a folder is an empty object of that name.
  if (object.key.endsWith("/")) return;
  const drop = readDropKey(object.key);
  const reason = drop === undefined ? "the path names no program" : await missingProgram(deps, drop);
  if (drop === undefined || reason !== undefined) {
    deps.log.warn("import.not_placed", { reason: reason ?? "" });
    await deps.mail.send([{ mail: "file-not-placed", source: object.key, reason: reason ?? "" }]);
    return;
  }
  const { job, problem } = await openJob(deps, drop, object);
  if (job.status === "failed") return tellRefused(deps, job);
  if (isOver(job)) return;
  // The file may have been replaced since it was planned: what was begun goes on with its own copy.
  if (job.status === "running") return goOn(deps, job);
  try {
    if (problem !== undefined) throw problem;
    if (await openArchive(deps, job, object)) return;
    const triggers = job.options.disable_triggers ? [] : await activeTriggers(deps.ledger, job.program);
    await startImport(deps, job, await prepareFile(deps, job, object, triggers), triggers);
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    await refuse(deps, job, error);
  }
};

async function goOn(deps: OpenImportDependencies, job: ImportJob): Promise<void> {
  const plan = await readPlan(deps.uploads, job.program, job.key);
  if (plan === undefined && (await childrenOf(deps.ledger, job)).length > 0)
    return advanceArchive(deps, job.program, job.key);
  if (plan === undefined) throw new Error(`the plan of import ${job.key} is not there`);
  return sendFirst(deps.imports, job, plan);
}

async function missingProgram({ ledger }: OpenImportDependencies, drop: Drop): Promise<string | undefined> {
  const [found] = await ledger.read(program, [programPlace(drop.program)]);
  return found === undefined ? `there is no program "${drop.program}"` : undefined;
}

interface Opened {
  readonly job: ImportJob;
  /** Why its file is not even looked at. */
  readonly problem: FileProblem | undefined;
}

async function openJob(deps: OpenImportDependencies, drop: Drop, object: DroppedObject): Promise<Opened> {
  const { ledger, clock } = deps;
  const key = derivedKey("imp_", object.key, object.sequencer, object.etag);
  const asked = await awaitingJob(deps, drop, object);
  const taken = asked && (await takeUpload(deps, asked, key));
  if (taken !== undefined) return { job: taken, problem: undefined };
  // A file of an archive is put there by ourselves, perhaps twice: it is the same file, and the same import.
  if (asked !== undefined && asked.archive_key !== null)
    return { job: (await loadJob(ledger, asked.program, asked.key)).record, problem: undefined };
  const { options, problem } = asked ? askedBefore(asked) : await droppedOptions(deps, drop, object);
  const now = clock();
  const { program: owner, type, filename } = drop;
  const requested_by = asked?.requested_by ?? BUCKET_ACTOR.id;
  const job = newImportJob(
    { program: owner, key, type, source: object.key, filename, status: "queued", options, requested_by },
    now,
  );
  const changes = [
    { declaration: importJob, after: job },
    { declaration: auditEntry, after: audited(job, { action: "import.opened", actor: BUCKET_ACTOR, at: now }) },
  ];
  if (await ledger.commit({ mark: key, changes })) return { job, problem };
  return { job: (await findJob(ledger, owner, key))?.record ?? job, problem };
}

/** The import of the API that this upload is for. Any other folder of such a name is just a folder. */
async function awaitingJob(
  { ledger }: OpenImportDependencies,
  drop: Drop,
  object: DroppedObject,
): Promise<ImportJob | undefined> {
  const found = drop.job === null ? undefined : await findJob(ledger, drop.program, drop.job);
  return found?.record.source === object.key ? found.record : undefined;
}

/** Lets the job begin with this upload; undefined when it has begun with another one, or is over. */
async function takeUpload(
  { ledger, clock }: OpenImportDependencies,
  asked: ImportJob,
  occasion: string,
): Promise<ImportJob | undefined> {
  const now = clock();
  const audit = { action: "import.opened", actor: BUCKET_ACTOR, at: now, occasion } as const;
  const once = auditOnce(audited(asked, audit));
  const isTaken = await ledger.advance(importJob, asked, {
    set: { status: "queued", updated_at: now },
    when: { equals: { status: "awaiting_upload" } },
    once,
  });
  // Taken by an earlier delivery of this very notification.
  if (!isTaken && !(await ledger.moved(once))) return undefined;
  return (await loadJob(ledger, asked.program, asked.key)).record;
}

/** A further upload by the same form is an import of its own, as asked for then. */
const askedBefore = ({ key, options, status }: ImportJob): Pick<Opened, "problem"> & Pick<ImportJob, "options"> => ({
  options,
  problem:
    status === "canceled"
      ? new FileProblem("canceled", `The file was uploaded for ${key}, which has been canceled. Ask for a new import.`)
      : undefined,
});

async function droppedOptions({ table, uploads }: OpenImportDependencies, drop: Drop, object: DroppedObject) {
  try {
    const stored = await uploads.get(object.key, { from: 0, to: 0 });
    // Of a file that is gone or was replaced, it is told when it is read.
    const isThere = stored !== undefined && unquoted(stored.etag) === unquoted(object.etag);
    const options = await optionsOf(table, drop.program, askedByDrop(drop, isThere ? stored.metadata : {}));
    if (!(options instanceof BadOption)) return { options, problem: undefined };
    throw new FileProblem("bad_option", `${written(options.option)}: ${options.message}. Drop the file again.`);
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    return { options: { ...DEFAULT_OPTIONS, ...drop.options }, problem: error };
  }
}

async function refuse(deps: OpenImportDependencies, job: ImportJob, problem: FileProblem): Promise<void> {
  const { ledger, clock, log } = deps;
  const now = clock();
  const refused = await ledger.advance(importJob, job, {
    set: { status: "failed", reason_code: problem.code, reason: problem.message, finished_at: now, updated_at: now },
    when: { equals: { status: "queued" } },
  });
  // Another delivery of the notification has begun the import, before the file was replaced.
  if (!refused) return;
  log.info("import.refused", { program: job.program, key: job.key, code: problem.code });
  await tellRefused(deps, job);
}

async function tellRefused(
  deps: OpenImportDependencies,
  { program: owner, key, archive_key }: ImportJob,
): Promise<void> {
  await announceEnd(deps, "import", { program: owner, key });
  // Of its files an archive tells in its own mail.
  if (archive_key !== null) return advanceArchive(deps, owner, archive_key);
  await deps.mail.send([{ mail: "import-finished", program: owner, key }]);
}
