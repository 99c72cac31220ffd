import * as z from "zod";
import { base, defineRecord, nullable, since } from "./record.ts";

const ACTORS = ["key", "teammate", "partner", "bucket", "link", "account", "system"] as const;

/** Kinds of records that are changed one by one, through the API. */
const CHANGED = [
  "program",
  "partnership",
  "application",
  "group",
  "tier",
  "product",
  "customer",
  "transaction",
  "reward",
  "lead",
  "deal",
  "deal_file",
  "link",
  "rates",
] as const;

/** What may be done to them. */
const DEEDS = [
  "created",
  "updated",
  "archived",
  "moved",
  "approved",
  "declined",
  "held",
  "paid",
  "converted",
  "assigned",
] as const;

export type RecordAction = `${(typeof CHANGED)[number]}.${(typeof DEEDS)[number]}`;

const RECORD_ACTIONS: readonly RecordAction[] = CHANGED.flatMap((kind) =>
  DEEDS.map((deed): RecordAction => `${kind}.${deed}`),
);

const ACTIONS = [
  "import.created",
  "import.opened",
  "import.canceled",
  "import.undone",
  "export.created",
  "export.link_sent",
  "export.revoked",
  "export.downloaded",
  "trigger.created",
  "trigger.updated",
  "trigger.archived",
  "key_pair.created",
  "key_pair.rotated",
  "key_pair.revoked",
  "token.created",
  "token.revoked",
  "teammate.added",
  "teammate.updated",
  "teammate.removed",
  "session.created",
  "webhook.created",
  "webhook.updated",
  "webhook.archived",
  "webhook.secret_rotated",
  "webhook.tested",
  "webhook.redelivered",
  "webhook.paused",
] as const;

export const actor = z.object({ kind: z.enum(ACTORS), id: z.string() }).meta({
  description:
    "Who did it: a program key, a teammate, a partner by the partnership's key, whoever may put files into the upload bucket, whoever had the link of an " +
    "export, by its name there somebody in the AWS account itself, or, of its own accord, the system",
});

const schema = z.object({
  ...base,
  action: z.enum([...ACTIONS, ...RECORD_ACTIONS]),
  actor,
  subject_key: z.string().meta({ description: "Key of what it was done to" }),
  type: nullable.text().meta({ description: "Of an import, what it imports" }),
  remote_ip: since(null, nullable.text()).meta({
    description: "The address that asked for it; null where it is not known, as in the upload bucket",
  }),
  bytes_sent: since(null, z.int().nullable()).meta({
    description: "Of a download, how many bytes left; fewer than the bundle has where it broke off or was of a part",
  }),
});

export type AuditEntry = z.output<typeof schema>;

/**
 * One thing that somebody did, when it was `created_at`; it never changes. It is written together with what it tells of,
 * but for downloads, of which we learn later.
 */
export const auditEntry = defineRecord({
  kind: "audit",
  collection: "audit-log",
  schema,
  place: ({ program, key }) => ({ pk: `${program}/audit/${key}`, sk: "#" }),
  unique: () => [],
  listed: true,
});
