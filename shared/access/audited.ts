import { toItem } from "../ledger/stored.ts";
import type { Item } from "../ports.ts";
import { type AuditEntry, auditEntry } from "../records/audit-entry.ts";
import { derivedKey } from "../records/derived-key.ts";

/** Whoever may put files into the upload bucket: the bucket does not say who it was. */
export const BUCKET_ACTOR: AuditEntry["actor"] = { kind: "bucket", id: "bucket" };

interface Deed {
  readonly action: AuditEntry["action"];
  readonly actor: AuditEntry["actor"];
  readonly at: number;
  /** Tells deeds of one kind apart that may be done to one thing more than once. */
  readonly occasion?: string;
  /** Of a download. */
  readonly remote_ip?: string | null;
  readonly bytes_sent?: number | null;
}

/** What the audit log says of a deed; said again, it is the same entry. */
export const audited = (
  { program, key, type = null }: { readonly program: string; readonly key: string; readonly type?: string | null },
  { action, actor: { kind, id }, at, occasion = "", remote_ip = null, bytes_sent = null }: Deed,
): AuditEntry => ({
  program,
  key: derivedKey("aud_", action, key, occasion),
  created_at: at,
  updated_at: at,
  action,
  actor: { kind, id },
  subject_key: key,
  type,
  remote_ip,
  bytes_sent,
});

/** An entry as what a job's move brings once: the move and its entry are written together. */
export const auditOnce = (entry: AuditEntry): Item =>
  toItem(auditEntry, entry, { rev: 1, at: entry.created_at, mark: entry.key });
