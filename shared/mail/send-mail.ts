import { MailRefused } from "../errors.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Clock, LinkSigner, Log, Mail, Mailer, Table } from "../ports.ts";
import { type ExportJob, exportJob } from "../records/export-job.ts";
import { composeMail } from "./compose-mail.ts";
import { claimMail, confirmMail, type MailClaim, releaseMail } from "./mail-claim.ts";
import type { MailMessage } from "./mail-message.ts";

/** What sending mail works with. */
export interface SendMailDependencies {
  readonly table: Pick<Table, "get" | "write">;
  readonly ledger: Pick<Ledger, "advance" | "read">;
  readonly mailer: Mailer;
  readonly signer: LinkSigner;
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
    await deliver(dependencies, message, mail);
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

async function deliver({ table, mailer, log }: SendMailDependencies, message: MailMessage, mail: Mail): Promise<void> {
  try {
    await mailer.send(mail);
  } catch (error) {
    if (error instanceof MailRefused) {
      log.warn("mail.refused", nameOf(message));
      await releaseMail(table, message);
    }
    throw error;
  }
}

async function noteClosing({ ledger, clock }: SendMailDependencies, job: ExportJob, closesAt = 0): Promise<void> {
  if (closesAt === 0 || job.expires_at === closesAt) return;
  await ledger.advance(exportJob, job, { set: { expires_at: closesAt, updated_at: clock() } });
}
