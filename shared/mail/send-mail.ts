import { audited, auditOnce } from "../access/audited.ts";
import type { RandomToken } from "../access/credentials.ts";
import { MailRefused } from "../errors.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Clock, LinkSigner, Log, Mail, Mailer, Queue, Table } from "../ports.ts";
import { isEmail } from "../records/cell.ts";
import { type ExportJob, exportJob } from "../records/export-job.ts";
import { composeMail, type NoMail } from "./compose-mail.ts";
import { claimMail, confirmMail, earlierClaim, type MailClaim, releaseMail } from "./mail-claim.ts";
import type { MailMessage } from "./mail-message.ts";

/** What sending mail works with. */
export interface SendMailDependencies {
  readonly table: Pick<Table, "get" | "write">;
  readonly ledger: Pick<Ledger, "advance" | "find" | "read">;
  readonly randomToken: RandomToken;
  readonly mailer: Mailer;
  /** Takes mails that have to wait. */
  readonly mailQueue: Queue<MailMessage>;
  /** Signs downloads of bundles, and of error files. */
  readonly bundleLinks: LinkSigner;
  readonly reportLinks: LinkSigner;
  readonly clock: Clock;
  readonly log: Log;
  /** Gets what no program can be told. */
  readonly operator?: string | undefined;
  /** Where people sign in. */
  readonly signInPage?: string | undefined;
}

/** Sends the mail that a message asks for, once, however often the message comes. */
export async function sendMail(dependencies: SendMailDependencies, message: MailMessage): Promise<void> {
  const { table, clock, log } = dependencies;
  const about = nameOf(message);
  // All that can fail is done before the claim, so that hardly anything can happen between claim and mail.
  const composed = await composeMail(dependencies, message);
  if (composed.mail === undefined) {
    return composed.why === "not_made" ? waitFor(dependencies, message) : leaveOut(dependencies, message, composed);
  }
  const { mail, link } = composed;
  const claim: MailClaim = { state: "sending", claimed_at: clock(), ...(link && { closes_at: link.closesAt }) };
  const earlier = await claimMail(table, message, claim);
  if (earlier?.state === "sending") {
    log.error("mail.unconfirmed", about);
    // The message is put aside in the end, where the operator's alarm tells what to do.
    throw new Error("an earlier attempt left open whether this mail left");
  }
  if (earlier === undefined) {
    if (!(await deliver(dependencies, message, mail))) return;
    await confirmMail(table, message, claim);
    log.info("mail.sent", about);
  }
  // Also after an earlier attempt that died right here.
  if (link) await noteLink(dependencies, message, link.job, earlier ?? claim);
}

/** A change that has not come within this time has come to nothing: its request was refused, or has died. */
const LONGEST_WAIT_MS = 60_000;
const WAIT_SECONDS = 10;

/** A mail that was asked for ahead of the change that makes it. */
async function waitFor({ clock, log, mailQueue }: SendMailDependencies, message: MailMessage): Promise<void> {
  const since = message.mail === "outgoing" ? (message.announced_at ?? 0) : 0;
  if (clock() - since < LONGEST_WAIT_MS) return mailQueue.send([message], { delaySeconds: WAIT_SECONDS });
  log.info("mail.not_made", nameOf(message));
}

/** What the job of an export says when no link to it was mailed. */
const UNMAILED: Partial<Record<NoMail["why"], string>> = {
  not_allowed:
    "No link was mailed: the teammate it was for may not have exports any more. Ask for a new export for somebody else.",
  not_kept: "No link was mailed: the mail could not be sent while the bundle was kept. Ask for a new export.",
};

async function leaveOut(dependencies: SendMailDependencies, message: MailMessage, { why, job }: NoMail): Promise<void> {
  const { clock, ledger, log, table } = dependencies;
  const earlier = job === undefined ? undefined : await earlierClaim(table, message);
  // The mail is out, and the attempt that sent it died before it said so.
  if (job !== undefined && earlier?.state === "sent") return noteLink(dependencies, message, job, earlier);
  const reason = UNMAILED[why];
  if (job !== undefined && reason !== undefined) {
    const when = { equals: { status: "completed" } };
    await ledger.advance(exportJob, job, { set: { reason, updated_at: clock() }, when });
  }
  const isExpected = ["told_elsewhere", "over", "revoked", "nobody"].includes(why);
  log[isExpected ? "info" : "warn"](`mail.${why}`, nameOf(message));
}

/** What the log may know of a mail: no address, no link. */
const nameOf = (message: MailMessage) =>
  message.mail === "file-not-placed"
    ? { mail: message.mail, source: message.source }
    : { mail: message.mail, program: message.program, key: message.key };

/** SQS delays no message longer. */
const LONGEST_DELAY_SECONDS = 900;
const FIRST_DELAY_SECONDS = 15;
/** A quota is one of 24 hours; after two days it is the operator's turn. */
const MOST_DELAYS = (2 * 24 * 60 * 60) / LONGEST_DELAY_SECONDS;

/** False when the mail has to wait: then it comes back later as a message of its own, which wears out no attempts. */
async function deliver(dependencies: SendMailDependencies, message: MailMessage, mail: Mail): Promise<boolean> {
  const { table, mailer, mailQueue, log } = dependencies;
  try {
    await mailer.send(mail);
    return true;
  } catch (error) {
    if (!(error instanceof MailRefused)) throw error;
    await releaseMail(table, message);
    const delays = message.throttled ?? 0;
    if (!error.isThrottled || delays >= MOST_DELAYS) {
      log.warn("mail.refused", nameOf(message));
      throw error;
    }
    log.info("mail.throttled", { ...nameOf(message), delays });
    const delaySeconds = Math.min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** delays);
    await mailQueue.send([{ ...message, throttled: delays + 1 }], { delaySeconds });
    return false;
  }
}

/** Writes down, once for each mail, that a link to the bundle is out, and when it closes. */
async function noteLink(
  { ledger, clock }: SendMailDependencies,
  message: MailMessage,
  job: ExportJob,
  { claimed_at, closes_at }: MailClaim,
): Promise<void> {
  if (closes_at === undefined) return;
  const { requested_by, reason, revoked_at } = job;
  const first = { kind: isEmail(requested_by) ? "teammate" : "key", id: requested_by } as const;
  const isFresh = message.mail === "bundle-link";
  const deed = {
    action: "export.link_sent",
    actor: isFresh ? message.asked_by : first,
    at: claimed_at,
    occasion: isFresh ? message.link : "",
    remote_ip: (isFresh ? message.remote_ip : undefined) ?? null,
  } as const;
  await ledger.advance(exportJob, job, {
    set: {
      // A mail that was put off may come behind a later link.
      expires_at: Math.max(job.expires_at ?? 0, closes_at),
      updated_at: clock(),
      // That an earlier one could not be mailed is no longer so.
      ...(reason !== null && revoked_at === null && { reason: null }),
    },
    once: auditOnce(audited(job, deed)),
  });
}
