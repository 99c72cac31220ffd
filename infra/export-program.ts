import { counted } from "../shared/mail/letter.ts";
import { utc } from "../shared/mail/link-closes.ts";
import { API_BASE } from "../shared/names.ts";
import type { ExportJob } from "../shared/records/export-job.ts";
import type { ApiClient, Ask } from "./local/api-client.ts";
import { exportLine, type ShownExport } from "./local/export-line.ts";
import type { Screen } from "./local/screen.ts";
import { StartProblem } from "./local/start-problem.ts";
import { watchJob } from "./local/watch-job.ts";

/** What the command was told to export. */
export interface ProgramExport {
  /** The body of the request. */
  readonly request: Readonly<Record<string, unknown>>;
  /** The program it is meant for; undefined for that of the credentials. */
  readonly program: string | undefined;
  /** Where mails can be read, on the platform of this machine. */
  readonly mailbox: string | undefined;
  /** Whether progress is drawn in place. */
  readonly isTerminal: boolean;
  /** How long the mail is waited for once the bundle is made. */
  readonly mailPatienceMs?: number;
}

type Job = ShownExport &
  Pick<ExportJob, "program" | "key" | "reason" | "as_of" | "files" | "member_email" | "expires_at" | "revoked_at">;

const MAIL_PATIENCE_MS = 60_000;

/** The bundle is made, or it is not to be had. */
export type ExitCode = 0 | 2;

/** Asks for an export through the API and shows how it goes, until its link is mailed. Prints no link. */
export async function exportProgram({ ask }: ApiClient, wanted: ProgramExport, screen: Screen): Promise<ExitCode> {
  const { request, isTerminal, mailPatienceMs = MAIL_PATIENCE_MS } = wanted;
  const asked = await ask<Job>("POST", "/exports/base-records", request);
  await requireProgram(ask, asked, wanted.program);
  const { key, member_email: email } = asked;
  let madeAt: number | undefined;
  const watch = {
    path: `/exports/${key}`,
    line: exportLine,
    isOver(job: Job) {
      if (job.status === "failed" || job.revoked_at !== null) return true;
      if (job.status !== "completed") return false;
      madeAt ??= Date.now();
      return job.expires_at !== null || Date.now() - madeAt >= mailPatienceMs;
    },
    whenLeft: `${key} goes on by itself, and its link is mailed to ${email}. To look at it: GET ${API_BASE}/exports/${key}`,
    isTerminal,
  };
  const job = await watchJob<Job>(ask, watch, screen);
  for (const line of summary(job, wanted.mailbox)) screen.line(line);
  return job.status === "completed" && job.revoked_at === null ? 0 : 2;
}

/** Takes the export back when the credentials are of a program that was not meant. */
async function requireProgram(ask: Ask, { key, program: own }: Job, meant: string | undefined): Promise<void> {
  if (meant === undefined || own === meant) return;
  const isTakenBack = await ask("DELETE", `/exports/${key}`).then(
    () => true,
    () => false,
  );
  throw new StartProblem(
    `The credentials are of the program "${own}", not of "${meant}".` +
      (isTakenBack ? "" : ` The export was asked for and goes on; to take it back: DELETE ${API_BASE}/exports/${key}`),
  );
}

function summary(job: Job, mailbox: string | undefined): string[] {
  return [
    "",
    ...outcome(job),
    ...(mailbox === undefined ? [] : [`  The mailbox of this machine's platform: ${mailbox}`]),
  ];
}

function outcome(job: Job): string[] {
  const { key, status, reason, as_of, revoked_at: revokedAt } = job;
  if (revokedAt !== null)
    return [`  Export ${key} was taken back at ${utc(revokedAt)}, and its bundle removed. Ask for a new one.`];
  if (status !== "completed") return [`  Export ${key} is ${status}${reason === null ? "" : `: ${reason}`}`];
  return [`  Export ${key} is completed, as of ${utc(as_of)}`, ...filesTold(job), ...delivery(job)];
}

function filesTold({ files }: Job): string[] {
  const cells = files.map(({ name, rows, bytes }) => [name, counted(rows, "row"), counted(bytes, "byte")] as const);
  const [names, rows, bytes] = [0, 1, 2].map((at) => Math.max(0, ...cells.map((one) => one[at]?.length ?? 0)));
  return cells.map(
    (one) => `    ${one[0].padEnd(names ?? 0)}  ${one[1].padStart(rows ?? 0)}  ${one[2].padStart(bytes ?? 0)}`,
  );
}

function delivery({ key, member_email: email, expires_at: closesAt }: Job): string[] {
  if (closesAt !== null) return [`  Mailed to ${email}; the link closes at ${hour(closesAt)} UTC.`];
  return [
    `  The bundle is made, but its mail to ${email} has not left yet. It may still come.`,
    `  To have a link mailed anew: POST ${API_BASE}/exports/${key}/link`,
  ];
}

const hour = (ms: number): string => new Date(ms).toISOString().slice(11, 16);
