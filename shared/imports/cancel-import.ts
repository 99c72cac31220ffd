import type { Principal } from "../access/principal.ts";
import { CallerError } from "../errors.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { MailMessage } from "../mail/mail-message.ts";
import type { Clock, Queue } from "../ports.ts";
import { type ImportJob, importJob } from "../records/import-job.ts";
import { audited, auditOnce } from "../access/audited.ts";
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
export async function cancelImport(deps: Dependencies, principal: Principal, asked: ImportJob): Promise<ImportJob> {
  const { ledger, mail } = deps;
  let job = asked;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    if (isOver(job)) {
      // An earlier attempt may have died before it asked for the mail, which is sent once however often it is asked for.
      if (job.status === "canceled") await mail.send([finished(job)]);
      throw new CallerError("conflict", `the import is ${job.status} already`);
    }
    const isRunning = job.status === "running";
    if (isRunning && job.cancel_requested_at !== null) return job;
    const isMoved = await move(deps, principal, job);
    ({ record: job } = await loadJob(ledger, job.program, job.key));
    if (isMoved && !isRunning) await mail.send([finished(job)]);
    if (isMoved) return job;
  }
  throw new CallerError("conflict", "the import is changing: ask again");
}

async function move({ ledger, clock }: Dependencies, { kind, id }: Principal, job: ImportJob): Promise<boolean> {
  const now = clock();
  const over = {
    status: "canceled",
    reason_code: "canceled",
    reason: `Canceled by ${id} before it began.`,
    finished_at: now,
  };
  const audit = audited(job, { action: "import.canceled", actor: { kind, id }, at: now });
  return ledger.advance(importJob, job, {
    set: { cancel_requested_at: now, updated_at: now, ...(job.status !== "running" && over) },
    when: { equals: { status: job.status } },
    once: auditOnce(audit),
  });
}

const finished = ({ program, key }: ImportJob): MailMessage => ({ mail: "import-finished", program, key });
