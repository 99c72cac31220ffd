import { toItem } from "../ledger/stored.ts";
import type { Item } from "../ports.ts";
import { type AuditEntry, auditEntry } from "../records/audit-entry.ts";
import { derivedKey } from "../records/derived-key.ts";

/** Whoever may put files into the upload bucket: the bucket does not say who it was. */
export const BUCKET_ACTOR: AuditEntry["actor"] = { kind: "bucket", id: "bucket" };

/** Who does something, and from where, as far as it is known. */
export interface Doer {
  readonly kind: AuditEntry["actor"]["kind"];
  readonly id: string;
  readonly remoteIp?: string;
}

interface Deed {
  readonly action: AuditEntry["action"];
  readonly actor: Doer;
  readonly at: number;
  /** Tells deeds of one kind apart that may be done to one thing more than once. */
  readonly occasion?: string;
  /** The actor's, unless it is told apart. */
  readonly remote_ip?: string | null;
  /** Of a download. */
  readonly bytes_sent?: number | null;
}

/** Somebody who does something in a program. */
export interface ProgramDoer extends Doer {
  readonly program: string;
}

/** What the audit log says of a deed; said again, it is the same entry. */
export const audited = (
  { program, key, type = null }: { readonly program: string; readonly key: string; readonly type?: string | null },
  { action, actor, at, occasion = "", remote_ip = actor.remoteIp ?? null, bytes_sent = null }: Deed,
): AuditEntry => ({
  program,
  key: derivedKey("aud_", action, key, occasion),
  created_at: at,
  updated_at: at,
  action,
  actor: { kind: actor.kind, id: actor.id },
  subject_key: key,
  type,
  remote_ip,
  bytes_sent,
});

/** An entry as what a job's move brings once: the move and its entry are written together. */
export const auditOnce = (entry: AuditEntry): Item =>
  toItem(auditEntry, entry, { rev: 1, at: entry.created_at, mark: entry.key });
