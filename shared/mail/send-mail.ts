import { MailRefused } from "../errors.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Clock, LinkSigner, Log, Mail, Mailer, Queue, Table } from "../ports.ts";
import { type ExportJob, exportJob } from "../records/export-job.ts";
import { composeMail } from "./compose-mail.ts";
import { claimMail, confirmMail, type MailClaim, releaseMail } from "./mail-claim.ts";
import type { MailMessage } from "./mail-message.ts";

/** What sending mail works with. */
export interface SendMailDependencies {
  readonly table: Pick<Table, "get" | "write">;
  readonly ledger: Pick<Ledger, "advance" | "read">;
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
}

/** Sends the mail that a message asks for, once, however often the message comes. */
export async function sendMail(dependencies: SendMailDependencies, message: MailMessage): Promise<void> {
  const { table, clock, log } = dependencies;
  const about = nameOf(message);
  // All that can fail is done before the claim, so that hardly anything can happen between claim and mail.
  const composed = await composeMail(dependencies, message);
  if (composed === undefined && message.mail !== "file-not-placed") return log.info("mail.told_elsewhere", about);
  if (composed === undefined) return log.warn("mail.no_recipient", about);
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
  // Also after an earlier attempt that died right here: setting it again sets the same.
  if (link) await noteClosing(dependencies, link.job, (earlier ?? claim).closes_at);
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

async function noteClosing({ ledger, clock }: SendMailDependencies, job: ExportJob, closesAt = 0): Promise<void> {
  if (closesAt === 0 || job.expires_at === closesAt) return;
  await ledger.advance(exportJob, job, { set: { expires_at: closesAt, updated_at: clock() } });
}
