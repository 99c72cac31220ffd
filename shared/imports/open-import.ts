import type { Ledger } from "../ledger/ledger.ts";
import type { MailMessage } from "../mail/mail-message.ts";
import type { Clock, Log, ObjectStore, Queue } from "../ports.ts";
import { derivedKey } from "../records/derived-key.ts";
import { DEFAULT_OPTIONS, type ImportJob, importJob, NO_EFFECTS, NO_ROWS } from "../records/import-job.ts";
import { program, programPlace } from "../records/program.ts";
import { type Drop, readDropKey } from "./drop.ts";
import { FileProblem } from "./file-problem.ts";
import { findJob, isOver } from "./import-jobs.ts";
import type { ImportMessage } from "./import-message.ts";
import { readPlan } from "./outcomes.ts";
import { type DroppedObject, prepareFile } from "./prepare-file.ts";
import { sendFirst, startImport } from "./start-import.ts";
import { activeTriggers } from "../triggers/active-triggers.ts";

export interface OpenImportDependencies {
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
  const job = await openJob(deps, drop, object);
  if (job.status === "failed") return tellRefused(deps, job);
  if (isOver(job)) return;
  // The file may have been replaced since it was planned: what was begun goes on with its own copy.
  if (job.status === "running") return sendAgain(deps, job);
  try {
    const triggers = job.options.disable_triggers ? [] : await activeTriggers(deps.ledger, job.program);
    await startImport(deps, job, await prepareFile(deps, job, object, triggers), triggers);
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    await refuse(deps, job, error);
  }
};

async function missingProgram({ ledger }: OpenImportDependencies, drop: Drop): Promise<string | undefined> {
  const [found] = await ledger.read(program, [programPlace(drop.program)]);
  return found === undefined ? `there is no program "${drop.program}"` : undefined;
}

async function openJob(
  { ledger, clock }: OpenImportDependencies,
  drop: Drop,
  object: DroppedObject,
): Promise<ImportJob> {
  const key = derivedKey("imp_", object.key, object.sequencer, object.etag);
  const now = clock();
  const job: ImportJob = {
    program: drop.program,
    key,
    type: drop.type,
    source: object.key,
    filename: drop.filename,
    sha256: null,
    bytes: 0,
    status: "queued",
    reason_code: null,
    reason: null,
    options: { ...DEFAULT_OPTIONS, disable_triggers: drop.disableTriggers },
    phase: "import",
    rows: NO_ROWS,
    effects: NO_EFFECTS,
    reward_amounts: {},
    warnings: [],
    started_at: null,
    finished_at: null,
    requested_by: "bucket",
    cancel_requested_at: null,
    archive_key: null,
    parts: 0,
    parts_done: 0,
    created_at: now,
    updated_at: now,
  };
  if (await ledger.commit({ mark: key, changes: [{ declaration: importJob, after: job }] })) return job;
  return (await findJob(ledger, drop.program, key))?.record ?? job;
}

async function sendAgain({ imports, uploads }: OpenImportDependencies, job: ImportJob): Promise<void> {
  const plan = await readPlan(uploads, job.program, job.key);
  if (plan === undefined) throw new Error(`the plan of import ${job.key} is not there`);
  await sendFirst(imports, job, plan);
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

const tellRefused = ({ mail }: OpenImportDependencies, { program: owner, key }: ImportJob): Promise<void> =>
  mail.send([{ mail: "import-finished", program: owner, key }]);
