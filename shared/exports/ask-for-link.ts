import { findExporter } from "../access/find-exporter.ts";
import type { Doer } from "../access/audited.ts";
import { CallerError } from "../errors.ts";
import type { MailMessage } from "../mail/mail-message.ts";
import type { Clock, NewKey, Queue, Table } from "../ports.ts";
import { type ExportJob, linkTurnPlace } from "../records/export-job.ts";
import { isOpen } from "./is-open.ts";
import { keptUntil } from "./kept-until.ts";

interface Dependencies {
  readonly table: Pick<Table, "get" | "write">;
  readonly mailQueue: Queue<MailMessage>;
  readonly clock: Clock;
  readonly newKey: NewKey;
}

/** How long after a fresh link the next one can be asked for. */
const PAUSE_SECONDS = 60;

/**
 * Asks for a fresh link to a finished bundle, mailed to the address that the bundle was for. False when that address may
 * not have it any more; refuses an export whose bundle is not there yet, or no longer.
 */
export async function askForLink(
  { table, mailQueue, clock, newKey }: Dependencies,
  { kind, id, remoteIp }: Doer,
  job: ExportJob,
): Promise<boolean> {
  const now = clock();
  const { program, key } = job;
  requireBundle(job, now);
  if ((await findExporter(table, program, job.member_email, job.filters.files)) === undefined) return false;
  const turn = linkTurnPlace(program, key);
  const isOurs = await table.write({
    put: { ...turn, asked_at: now },
    when: { absentOrAtMost: { asked_at: now - PAUSE_SECONDS * 1000 } },
  });
  if (!isOurs) {
    throw new CallerError(
      "too_many",
      "a link to this export was asked for just now: look into the mailbox",
      undefined,
      {
        retryAfterSeconds: PAUSE_SECONDS,
      },
    );
  }
  try {
    await mailQueue.send([
      {
        mail: "bundle-link",
        program,
        key,
        link: newKey("lnk_"),
        asked_by: { kind, id },
        ...(remoteIp !== undefined && { remote_ip: remoteIp }),
      },
    ]);
  } catch (error) {
    await table.write({ put: { ...turn, asked_at: 0 } });
    throw error;
  }
  return true;
}

function requireBundle(job: ExportJob, now: number): void {
  if (job.revoked_at !== null) throw new CallerError("gone", "this export was taken back: ask for a new one");
  if (isOpen(job)) throw new CallerError("conflict", `the export is ${job.status}: its link is mailed when it is done`);
  if (job.status === "failed") throw new CallerError("conflict", "the export failed: ask for a new one");
  if (now >= (keptUntil(job) ?? 0)) {
    throw new CallerError("gone", "the bundle of this export is no longer kept: ask for a new one");
  }
}
