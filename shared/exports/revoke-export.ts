import { audited, auditOnce, type Doer } from "../access/audited.ts";
import { CallerError } from "../errors.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Clock, ObjectStore } from "../ports.ts";
import { type ExportJob, exportJob, exportPlace } from "../records/export-job.ts";
import { bundleKey } from "./bundle-key.ts";
import { isOpen } from "./is-open.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "advance" | "read">;
  readonly bundles: Pick<ObjectStore, "remove">;
  readonly clock: Clock;
}

/** A job goes from queued through running to its end: it can escape no more than twice. */
const MOST_TRIES = 4;

/**
 * Takes an export back: one that is open ends as failed, and the bundle of any is removed, with which every link to it
 * is dead. Repeated, it removes again what an attempt that died may have left. Gives the job as it is then.
 */
export async function revokeExport(
  { ledger, bundles, clock }: Dependencies,
  doer: Doer,
  asked: ExportJob,
): Promise<ExportJob> {
  const { program, key } = asked;
  let job = asked;
  for (let tries = 0; job.revoked_at === null; tries++) {
    if (tries === MOST_TRIES) throw new CallerError("conflict", "the export is changing: ask again");
    await mark(ledger, doer, job, clock());
    const [stored] = await ledger.read(exportJob, [exportPlace(program, key)]);
    if (stored === undefined) throw new Error(`export ${key} of program ${program} is not there`);
    job = stored.record;
  }
  // Behind the mark: whoever finishes the bundle from now on sees it, and removes what it has put there itself.
  await bundles.remove(bundleKey(program, key));
  return job;
}

async function mark(ledger: Pick<Ledger, "advance">, doer: Doer, job: ExportJob, now: number): Promise<void> {
  const reason = `Taken back by ${doer.id}.`;
  await ledger.advance(exportJob, job, {
    set: {
      revoked_at: now,
      updated_at: now,
      // Why an export failed says more than that nobody wants it any more.
      ...(job.status !== "failed" && { reason }),
      ...(isOpen(job) && { status: "failed", finished_at: now }),
    },
    when: { equals: { status: job.status } },
    once: auditOnce(audited(job, { action: "export.revoked", actor: doer, at: now })),
  });
}
