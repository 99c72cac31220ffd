import type { Ledger } from "../ledger/ledger.ts";
import type { MailMessage } from "../mail/mail-message.ts";
import type { Clock, Log, ObjectStore, Queue } from "../ports.ts";
import { derivedKey } from "../records/derived-key.ts";
import { DEFAULT_OPTIONS, type ImportJob, importJob } from "../records/import-job.ts";
import { program, programPlace } from "../records/program.ts";
import { type Drop, planKey, readDropKey } from "./drop.ts";
import { FileProblem } from "./file-problem.ts";
import { findJob, isOver } from "./import-jobs.ts";
import { nextMessage } from "./import-part.ts";
import type { ImportMessage } from "./import-message.ts";
import { readPlan } from "./outcomes.ts";
import { type Plan, takesTurn } from "./plan.ts";
import { type DroppedObject, type PreparedFile, prepareFile } from "./prepare-file.ts";

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
  if (job.status === "running") return sendFirst(deps, job, await readPlan(deps.uploads, job.program, job.key));
  try {
    await start(deps, job, await prepareFile(deps, job, object));
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
    rows: { total: 0, processed: 0, created: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0 },
    effects: { rewards: 0, mails: 0, moves: 0 },
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

async function start(
  deps: OpenImportDependencies,
  job: ImportJob,
  { plan, sha256, bytes, warnings }: PreparedFile,
): Promise<void> {
  const { ledger, uploads, clock } = deps;
  await uploads.put(planKey(job.program, job.key), JSON.stringify(plan), { type: "application/json" });
  const first = plan.parts.filter((part) => takesTurn(part, 1));
  const second = plan.parts.filter((part) => takesTurn(part, 2));
  await ledger.advance(importJob, job, {
    set: {
      status: "running",
      sha256,
      bytes,
      warnings: warnings.map(({ code, message }) => ({ code, message })),
      rows: { ...job.rows, total: plan.rows },
      parts: first.length + second.length,
      started_at: clock(),
    },
    // A repeated opening must not set back the counts of parts that are done.
    when: { equals: { status: "queued" } },
  });
  await sendFirst(deps, job, plan);
}

async function sendFirst(
  { imports }: OpenImportDependencies,
  { program: owner, key }: ImportJob,
  plan: Plan | undefined,
): Promise<void> {
  if (plan === undefined) throw new Error(`the plan of import ${key} is not there`);
  const first = plan.parts.filter((part) => takesTurn(part, 1));
  const messages = first.map((part): ImportMessage => ({ step: "part", program: owner, key, turn: 1, part }));
  await imports.send(messages.length > 0 ? messages : [nextMessage(plan, owner, key, -1)]);
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
