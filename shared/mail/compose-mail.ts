import { findExporter } from "../access/find-exporter.ts";
import { findByKey, type PlacedByKey } from "../access/find-by-key.ts";
import { makeSignInCode } from "../access/sign-in-code.ts";
import type { RandomToken } from "../access/credentials.ts";
import { allowsReadingImport } from "../access/principal.ts";
import { findTeammate } from "../access/teammates.ts";
import { whoSignsIn } from "../access/who-signs-in.ts";
import { bundleKey } from "../exports/bundle-key.ts";
import { keptUntil } from "../exports/kept-until.ts";
import { childrenOf } from "../imports/advance-archive.ts";
import { errorsFilename, errorsKey } from "../imports/drop.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { LINK_MINUTES } from "../names.ts";
import type { Clock, LinkSigner, Mail, Table } from "../ports.ts";
import { isEmail } from "../records/cell.ts";
import { type ExportJob, exportJob } from "../records/export-job.ts";
import { group as groupRecord } from "../records/group.ts";
import { type ImportJob, importJob } from "../records/import-job.ts";
import { outgoingMail, outgoingMailPlace } from "../records/outgoing-mail.ts";
import { type Program, program as programRecord, programPlace } from "../records/program.ts";
import { teammate as teammateRecord } from "../records/teammate.ts";
import type { BaseRecord } from "../records/record.ts";
import { webhook } from "../records/webhook.ts";
import { utcDay } from "../records/utc-day.ts";
import { archiveFinished } from "./archive-finished.ts";
import { bundleReady } from "./bundle-ready.ts";
import { exportFailed } from "./export-failed.ts";
import { fileNotPlaced } from "./file-not-placed.ts";
import { importFinished } from "./import-finished.ts";
import { importUndone } from "./import-undone.ts";
import { letter } from "./letter.ts";
import type { Download } from "./link-closes.ts";
import type { MailMessage } from "./mail-message.ts";
import { signInMail } from "./sign-in-mail.ts";
import { teammateInvited } from "./teammate-invited.ts";
import { webhookPaused } from "./webhook-paused.ts";

interface Dependencies {
  readonly table: Pick<Table, "get" | "write">;
  readonly ledger: Pick<Ledger, "find" | "read">;
  readonly randomToken: RandomToken;
  readonly bundleLinks: LinkSigner;
  readonly reportLinks: LinkSigner;
  readonly clock: Clock;
  readonly operator?: string | undefined;
  readonly signInPage?: string | undefined;
}

/** A mail ready to go. */
export interface ComposedMail {
  readonly mail: Mail;
  /** The export whose link the mail carries, and when that closes. */
  readonly link?: { readonly job: ExportJob; readonly closesAt: number };
}

/** Why there is no mail. */
export interface NoMail {
  readonly mail?: never;
  /**
   * Another mail tells it; it is so no more; nobody is there to hear it; nobody is known by that address; the export was
   * taken back, is nobody's to have, or is gone; the change that makes it has not been made so far.
   */
  readonly why:
    | "told_elsewhere"
    | "over"
    | "no_recipient"
    | "nobody"
    | "revoked"
    | "not_allowed"
    | "not_kept"
    | "not_made";
  /** The export that it is about. */
  readonly job?: ExportJob;
}

/** Writes the mail of a message, or says why there is none. */
export async function composeMail(dependencies: Dependencies, message: MailMessage): Promise<ComposedMail | NoMail> {
  if (message.mail === "file-not-placed") {
    const { operator } = dependencies;
    return operator === undefined
      ? { why: "no_recipient" }
      : { mail: { to: operator, ...fileNotPlaced(message.source, message.reason) } };
  }
  const { ledger } = dependencies;
  const { program: owner, key } = message;
  if (message.mail === "outgoing") {
    const [stored] = await ledger.read(outgoingMail, [outgoingMailPlace(owner, key)]);
    if (stored === undefined && message.announced_at !== undefined) return { why: "not_made" };
    if (stored === undefined) throw new Error(`mail ${key} of program ${owner} is not there`);
    const { to, subject, text } = stored.record;
    return { mail: { to, ...letter(subject, text.split(/\n{2,}/)) } };
  }
  if (message.mail === "sign-in") return signInCode(dependencies, message);
  const program = await read(ledger, programRecord, owner, owner);
  if (message.mail === "teammate-invited") return invitation(dependencies, message, program);
  if (message.mail === "import-finished") {
    const job = await read(ledger, importJob, owner, key);
    // Of its files an archive tells in its own mail.
    if (job.archive_key !== null) return { why: "told_elsewhere" };
    const { to, mayRead } = await whoHearsOf(dependencies.table, job, program);
    const files = await childrenOf(ledger, job);
    if (files.length > 0) return { mail: { to, ...archiveFinished(job, files, program.name) } };
    const isThere = job.rows.failed > 0;
    const errors = isThere ? (mayRead ? await errorsLink(dependencies, job) : "api only") : undefined;
    return { mail: { to, ...importFinished(job, program.name, errors) } };
  }
  if (message.mail === "import-undone") {
    const job = await read(ledger, importJob, owner, key);
    if (job.undo === null) throw new Error(`a mail says that import ${key} is undone, but it is not`);
    const { to } = await whoHearsOf(dependencies.table, { ...job, requested_by: job.undo.requested_by }, program);
    return { mail: { to, ...importUndone(job, job.undo, program.name, await childrenOf(ledger, job)) } };
  }
  if (message.mail === "webhook-paused") {
    const paused = await read(ledger, webhook, owner, key);
    // Somebody has mended it since, or it was never paused: the mail is asked for beforehand.
    if (paused.active || paused.archived || paused.paused_at !== message.paused_at) return { why: "over" };
    const { kind, id } = paused.made_by;
    const maker = kind === "teammate" ? await findTeammate(dependencies.table, owner, id) : undefined;
    return { mail: { to: maker?.email ?? program.admin_email, ...webhookPaused(paused, program.name) } };
  }
  return exportMail(dependencies, message, program);
}

/**
 * The teammate named, else the one who asked, as far as they are teammates still; else the program's administrator. A
 * link to rows is only for who may read the import anyway.
 */
async function whoHearsOf(
  table: Pick<Table, "get">,
  { options, program: owner, requested_by, type }: ImportJob,
  { admin_email }: Program,
): Promise<{ readonly to: string; readonly mayRead: boolean }> {
  for (const address of [options.notify, requested_by]) {
    const teammate = address !== null && isEmail(address) ? await findTeammate(table, owner, address) : undefined;
    if (teammate === undefined) continue;
    return { to: teammate.email, mayRead: allowsReadingImport({ kind: "teammate", ...teammate }, type) };
  }
  return { to: admin_email, mayRead: true };
}

type Of<Name extends MailMessage["mail"]> = Extract<MailMessage, { readonly mail: Name }>;

/** A code for whoever may sign in with the address: anybody may have asked, for any program. */
async function signInCode(
  dependencies: Dependencies,
  { program: owner, email, as }: Of<"sign-in">,
): Promise<ComposedMail | NoMail> {
  const { clock, ledger, signInPage } = dependencies;
  const [program] = await ledger.read(programRecord, [programPlace(owner)]);
  const holder = program && (await whoSignsIn(dependencies, owner, email, as));
  if (holder === undefined) return { why: "nobody" };
  const code = await makeSignInCode(dependencies, holder, clock());
  return { mail: { to: holder.email, ...signInMail(program?.record.name ?? owner, code, signInPage) } };
}

async function invitation(
  { ledger, signInPage }: Dependencies,
  { program, key, membership }: Of<"teammate-invited">,
  { name }: Program,
): Promise<ComposedMail | NoMail> {
  const { removed_at, ...invited } = await read(ledger, teammateRecord, program, key);
  // Removed again before the mail was out.
  if (removed_at !== null || invited.membership !== membership) return { why: "revoked" };
  return { mail: { to: invited.email, ...teammateInvited(invited, { key: program, name }, signInPage) } };
}

type ExportMail = Exclude<Extract<MailMessage, { readonly key: string }>, Of<"sign-in" | "teammate-invited">>;

async function exportMail(
  { bundleLinks, clock, ledger, table }: Dependencies,
  message: ExportMail,
  { key: owner, name }: Program,
): Promise<ComposedMail | NoMail> {
  const job = await read(ledger, exportJob, owner, message.key);
  if (job.revoked_at !== null) return { why: "revoked", job };
  requireStatus(job, message.mail === "export-failed" ? "failed" : "completed");
  // Who was a teammate at the request may be somebody else's by now.
  if ((await findExporter(table, owner, job.member_email, job.filters.files)) === undefined)
    return { why: "not_allowed", job };
  const { group_key } = job.filters;
  const group = group_key === null ? undefined : (await findByKey(ledger, groupRecord, owner, group_key))?.record.name;
  if (job.status === "failed") return { mail: { to: job.member_email, ...exportFailed(job, name, group) } };
  if (clock() >= (keptUntil(job) ?? 0)) return { why: "not_kept", job };
  const filename = `${owner}-records-${utcDay(job.as_of)}.zip`;
  const download = await signed(bundleLinks, clock, bundleKey(owner, job.key), filename);
  const freshFor = message.mail === "bundle-link" ? message.asked_by.id : undefined;
  const ready = bundleReady(job, name, download, { group, freshFor });
  return { mail: { to: job.member_email, ...ready }, link: { job, closesAt: download.closesAt } };
}

const errorsLink = ({ clock, reportLinks }: Dependencies, { program, key, filename }: ImportJob): Promise<Download> =>
  signed(reportLinks, clock, errorsKey(program, key), errorsFilename(filename));

async function signed(signer: LinkSigner, clock: Clock, key: string, filename: string): Promise<Download> {
  // Read before signing: the link may live moments longer than the mail says, never shorter.
  const closesAt = clock() + LINK_MINUTES * 60_000;
  return { link: await signer.link(key, { minutes: LINK_MINUTES, filename }), closesAt };
}

async function read<R extends BaseRecord>(
  ledger: Pick<Ledger, "read">,
  declaration: PlacedByKey<R>,
  program: string,
  key: string,
): Promise<R> {
  const stored = await findByKey<R>(ledger, declaration, program, key);
  // Whoever sent the message wrote the record first, so that this is no case for a mail.
  if (stored === undefined) throw new Error(`${declaration.kind} ${key} of program ${program} is not there`);
  return stored.record;
}

function requireStatus({ key, status }: ExportJob, wanted: ExportJob["status"]): void {
  if (status !== wanted) throw new Error(`a mail says that export ${key} is ${wanted}, but it is ${status}`);
}
