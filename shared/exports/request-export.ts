import { audited, type ProgramDoer } from "../access/audited.ts";
import { CallerError } from "../errors.ts";
import type { Change } from "../ledger/entry.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Clock, NewKey, Queue } from "../ports.ts";
import { auditEntry } from "../records/audit-entry.ts";
import { type ExportJob, exportJob, exportPlace, NOT_BEGUN } from "../records/export-job.ts";
import { type ExportSlots, exportSlots, exportSlotsPlace, MOST_OPEN_EXPORTS } from "../records/export-slots.ts";
import type { ExportMessage } from "./export-bundle.ts";
import { isOpen } from "./is-open.ts";
import { isStuck } from "./is-stuck.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "advance" | "commit" | "read">;
  readonly exportQueue: Queue<ExportMessage>;
  readonly clock: Clock;
  readonly newKey: NewKey;
}

/** What an export is asked to be. */
type AskedExport = Pick<ExportJob, "as_of" | "filters" | "member_email"> & Partial<Pick<ExportJob, "report_key">>;

interface Terms {
  /** The key that the export gets; a new one, where none is given. */
  readonly key?: string;
  /** What is to change together with it, read anew each time that another request came first; throws what speaks against it. */
  readonly alongside?: () => Promise<readonly Change[]>;
}

/** Makes the job of an export and queues it; refuses it while the program has as many as it may have. */
export async function requestExport(
  deps: Dependencies,
  doer: ProgramDoer,
  asked: AskedExport,
  { key = deps.newKey("exp_"), alongside = async () => Promise.resolve([]) }: Terms = {},
): Promise<ExportJob> {
  const { ledger, exportQueue, clock } = deps;
  const { as_of } = asked;
  const { program } = doer;
  const dated = { program, key, created_at: as_of, updated_at: as_of };
  const job: ExportJob = { ...dated, ...NOT_BEGUN, files: [], ...asked, requested_by: doer.id };
  const audit = audited(job, { action: "export.created", actor: doer, at: as_of });
  await commitInSlot(ledger, job, async () => [
    { declaration: exportJob, after: job },
    { declaration: auditEntry, after: audit },
    ...(await alongside()),
  ]);
  try {
    await exportQueue.send([{ program, key }]);
  } catch (error) {
    // A job that nobody will take up must not look as if it were waiting.
    const now = clock();
    const reason = "It could not be queued. Ask for it again.";
    const set = { status: "failed", reason, finished_at: now, updated_at: now };
    // Unless it was taken up all the same, and only the answer got lost.
    await ledger.advance(exportJob, job, { set, when: { equals: { status: "queued" } } });
    throw error;
  }
  return job;
}

/** Of requests at once one gets through each time, and slots are few: the others find them taken soon. */
const MOST_TRIES = 4 * MOST_OPEN_EXPORTS;

/** An export takes minutes at most, as a rule. */
const RETRY_SECONDS = 60;

async function commitInSlot(
  ledger: Dependencies["ledger"],
  { program, key, created_at }: ExportJob,
  changesOf: () => Promise<readonly Change[]>,
): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const [before] = await ledger.read(exportSlots, [exportSlotsPlace(program)]);
    const open = await openAmong(ledger, program, before?.record.exports ?? [], created_at);
    if (open.length >= MOST_OPEN_EXPORTS) throw tooMany(open);
    const dated = {
      program,
      key: "slots",
      created_at: before?.record.created_at ?? created_at,
      updated_at: created_at,
    };
    const after: ExportSlots = { ...dated, exports: [...open, key] };
    const changes = [...(await changesOf()), { declaration: exportSlots, before, after }];
    if (await ledger.commit({ mark: key, changes })) return;
  }
  throw new CallerError("too_many", "too many exports are being asked for at once: ask again", undefined, {
    retryAfterSeconds: 1,
  });
}

/** Those that take a place. An export that nobody takes up would keep its own for good. */
async function openAmong(
  ledger: Pick<Ledger, "read">,
  program: string,
  keys: readonly string[],
  now: number,
): Promise<string[]> {
  const jobs = await ledger.read(
    exportJob,
    keys.map((key) => exportPlace(program, key)),
  );
  const takesPlace = (job: ExportJob): boolean => isOpen(job) && !isStuck(job, now);
  return jobs.flatMap((job) => (job !== undefined && takesPlace(job.record) ? [job.record.key] : []));
}

const tooMany = (open: readonly string[]): CallerError =>
  new CallerError(
    "too_many",
    `${open.length} exports of this program are under way, which is as many as there may be (${open.join(", ")}): ` +
      "ask again when one of them is done, or take one back",
    undefined,
    { retryAfterSeconds: RETRY_SECONDS },
  );
