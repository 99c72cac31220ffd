import type { Ledger } from "../ledger/ledger.ts";
import { SETTLE_MS } from "../ledger/settled.ts";
import type { Stored } from "../ledger/stored.ts";
import type { MailMessage } from "../mail/mail-message.ts";
import type { Log, Queue } from "../ports.ts";
import { type ExportJob, exportJob, exportPlace } from "../records/export-job.ts";
import type { Announcing } from "../webhooks/announce-changes.ts";
import { announceEnd } from "../webhooks/announce-end.ts";
import { bundleKey } from "./bundle-key.ts";
import { NO_CHECKPOINT } from "./checkpoint.ts";
import { exportSitting, type SittingDependencies, Superseded } from "./export-sitting.ts";
import { isOpen } from "./is-open.ts";

export interface ExportBundleDependencies extends SittingDependencies, Announcing {
  readonly mail: Queue<MailMessage>;
  /** Where the rest of an export waits that one invocation does not finish. */
  readonly exports: Queue<ExportMessage>;
  readonly log: Log;
}

/** What the export queue carries. */
export interface ExportMessage {
  readonly program: string;
  readonly key: string;
}

/**
 * Builds the bundle of an export job and asks for its mail. Repeating it builds the same again, or nothing. When time is
 * up before the end, it leaves the rest to another message.
 */
export const exportBundle =
  (deps: ExportBundleDependencies) =>
  async (message: ExportMessage, isTimeUp: () => boolean): Promise<void> => {
    const { record: job } = await loadJob(deps.ledger, message);
    if (isOpen(job)) {
      // Until then a change from before the cut-off may still be on its way into the ledger.
      const wait = job.as_of + SETTLE_MS - deps.clock();
      if (wait > 0) return deps.exports.send([message], { delaySeconds: Math.ceil(wait / 1000) });
      try {
        if (!(await build(deps, job, isTimeUp))) return await deps.exports.send([message]);
      } catch (error) {
        if (!(error instanceof Superseded)) throw error;
        deps.log.info("export.superseded", { program: job.program, key: job.key });
      }
    }
    await tell(deps, message);
  };

/** Gives an export up, unless it is done by now. Either way its requester is told. */
export const failExport =
  (deps: Pick<ExportBundleDependencies, "ledger" | "mail" | "bundles" | "clock"> & Announcing) =>
  async (message: ExportMessage, reason: string) => {
    const { ledger, clock } = deps;
    const { record: job } = await loadJob(ledger, message);
    const now = clock();
    const set = { status: "failed", reason, finished_at: now, updated_at: now };
    // An export may never have come as far as "running".
    if (isOpen(job)) await ledger.advance(exportJob, job, { set, when: { equals: { status: job.status } } });
    await tell(deps, message);
  };

/** Asks for the mail that tells how an export ended; asked for again, it is not sent again. */
async function tell(
  deps: Pick<ExportBundleDependencies, "ledger" | "mail" | "bundles"> & Announcing,
  message: ExportMessage,
): Promise<void> {
  const { ledger, mail, bundles } = deps;
  const { record: job } = await loadJob(ledger, message);
  if (isOpen(job)) return;
  // Nobody can fetch what was taken back, even if it was only then that it came to be.
  if (job.revoked_at !== null) return bundles.remove(bundleKey(message.program, message.key));
  await mail.send([{ mail: job.status === "failed" ? "export-failed" : "bundle-ready", ...message }]);
  await announceEnd(deps, "export", message);
}

/** Whether the bundle is built; false when there is more to do. Throws `Superseded` when it is not ours to build. */
async function build(deps: ExportBundleDependencies, job: ExportJob, isTimeUp: () => boolean): Promise<boolean> {
  const { ledger, clock, log } = deps;
  if (!job.checkpoint) {
    const set = { status: "running", started_at: clock(), checkpoint: NO_CHECKPOINT };
    await ledger.advance(exportJob, job, { set, when: { equals: { status: "queued" } } });
    // What had begun by the cut-off and was cut short is completed, so that it is read.
    await ledger.settled(job.program, job.as_of);
  }
  const files = await exportSitting(deps, job, isTimeUp);
  if (files === undefined) return false;
  const now = clock();
  const set = {
    status: "completed",
    progress: 100,
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    files: files.map(({ name, rows, bytes, sha256 }) => ({ name, rows, bytes, sha256 })),
    finished_at: now,
    updated_at: now,
  };
  if (!(await ledger.advance(exportJob, job, { set, when: { equals: { status: "running" } } }))) throw new Superseded();
  log.info("export.finished", { program: job.program, key: job.key });
  return true;
}

async function loadJob(ledger: Ledger, { program: owner, key }: ExportMessage): Promise<Stored<ExportJob>> {
  const [job] = await ledger.read(exportJob, [exportPlace(owner, key)]);
  if (job === undefined) throw new Error(`export ${key} of program ${owner} is not there`);
  return job;
}
