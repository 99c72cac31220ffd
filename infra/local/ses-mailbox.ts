import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { readJsonLines } from "./atomic-file.ts";

/** A file that came with a mail. */
export interface MailAttachment {
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
}

/** A mail that was sent. */
export interface Mail {
  readonly id: string;
  readonly from: string;
  /** The first recipient. */
  readonly to: string;
  readonly cc: readonly string[];
  /** Everybody, hidden ones too. */
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly MailAttachment[];
  readonly sentAt: string;
}

/** The mails that were sent, oldest first. */
export interface Mailbox {
  readonly mails: readonly Mail[];
  add(mail: Mail): void;
}

/** Opens the mails of a folder, or an empty box that lasts as long as the process. */
export function openMailbox(dataDir?: string): Mailbox {
  if (dataDir === undefined) {
    const mails: Mail[] = [];
    return { mails, add: (mail) => void mails.push(mail) };
  }
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, "mails.jsonl");
  const mails = readJsonLines<Mail>(path);
  return {
    mails,
    add(mail) {
      appendFileSync(path, `${JSON.stringify(mail)}\n`);
      mails.push(mail);
    },
  };
}
