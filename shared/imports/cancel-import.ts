import { CallerError } from "../errors.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { MailMessage } from "../mail/mail-message.ts";
import type { Clock, Queue } from "../ports.ts";
import { type ImportJob, importJob } from "../records/import-job.ts";
import { audited, auditOnce, type Doer } from "../access/audited.ts";
import { childrenOf, endArchive } from "./advance-archive.ts";
import { isOver, loadJob } from "./import-jobs.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "advance" | "read">;
  readonly mail: Queue<MailMessage>;
  readonly clock: Clock;
}

/** A job goes from awaiting_upload through queued to running: it can escape no more than twice. */
const MOST_TRIES = 3;

/**
 * Stops an import: one that has not begun is canceled at once, of one that runs the parts that have not begun are left
 * out. Refuses an import that is over. Gives the job as it is then.
 */
export async function cancelImport(deps: Dependencies, doer: Doer, asked: ImportJob): Promise<ImportJob> {
  const job = await cancelOne(deps, doer, asked, false);
  if (job.status !== "running") return job;
  const children = await childrenOf(deps.ledger, job);
  // From the last one on, so that none begins when the one before it ends.
  for (const child of children.toReversed()) {
    if (!isOver(child)) await cancelOne(deps, doer, child, true).catch(unlessOver);
  }
  if (children.length > 0) await endArchive(deps, job, await childrenOf(deps.ledger, job));
  return (await loadJob(deps.ledger, job.program, job.key)).record;
}

function unlessOver(error: unknown): void {
  if (!(error instanceof CallerError)) throw error;
}

async function cancelOne(deps: Dependencies, doer: Doer, asked: ImportJob, isWithin: boolean): Promise<ImportJob> {
  const { ledger, mail } = deps;
  let job = asked;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    if (isOver(job)) {
      // An earlier attempt may have died before it asked for the mail, which is sent once however often it is asked for.
      if (job.status === "canceled" && job.archive_key === null) await mail.send([finished(job)]);
      throw new CallerError("conflict", `the import is ${job.status} already`);
    }
    // Left out alone, it would leave the files behind it waiting.
    if (job.archive_key !== null && !isWithin && job.status !== "running")
      throw new CallerError("conflict", `the import has not begun: cancel its archive, ${job.archive_key}`);
    const isRunning = job.status === "running";
    if (isRunning && job.cancel_requested_at !== null) return job;
    const isMoved = await move(deps, doer, job);
    ({ record: job } = await loadJob(ledger, job.program, job.key));
    // Of its files an archive tells in its own mail.
    if (isMoved && !isRunning && job.archive_key === null) await mail.send([finished(job)]);
    if (isMoved) return job;
  }
  throw new CallerError("conflict", "the import is changing: ask again");
}

async function move({ ledger, clock }: Dependencies, doer: Doer, job: ImportJob): Promise<boolean> {
  const now = clock();
  const over = {
    status: "canceled",
    reason_code: "canceled",
    reason: `Canceled by ${doer.id} before it began.`,
    finished_at: now,
  };
  const audit = audited(job, { action: "import.canceled", actor: doer, at: now });
  return ledger.advance(importJob, job, {
    set: {
      cancel_requested_at: now,
      updated_at: now,
      ...(job.status === "running" ? { reason: `Canceled by ${doer.id}.` } : over),
    },
    when: { equals: { status: job.status } },
    once: auditOnce(audit),
  });
}

const finished = ({ program, key }: ImportJob): MailMessage => ({ mail: "import-finished", program, key });
