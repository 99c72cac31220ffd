import * as z from "zod";
import { base, defineRecord, nullable } from "./record.ts";

const ACTORS = ["key", "teammate", "partner", "bucket"] as const;
const ACTIONS = [
  "import.created",
  "import.opened",
  "import.canceled",
  "import.undone",
  "export.created",
  "export.link_sent",
  "export.revoked",
  "trigger.created",
  "trigger.updated",
  "trigger.archived",
] as const;

export const actor = z
  .object({ kind: z.enum(ACTORS), id: z.string() })
  .meta({ description: "Who did it: a program key, a teammate, or whoever may put files into the upload bucket" });

const schema = z.object({
  ...base,
  action: z.enum(ACTIONS),
  actor,
  subject_key: z.string().meta({ description: "Key of what it was done to" }),
  type: nullable.text().meta({ description: "Of an import, what it imports" }),
});

export type AuditEntry = z.output<typeof schema>;

/** One thing that somebody did, when it was `created_at`. It is written together with what it tells of, and never changes. */
export const auditEntry = defineRecord({
  kind: "audit",
  collection: "audit-log",
  schema,
  place: ({ program, key }) => ({ pk: `${program}/audit/${key}`, sk: "#" }),
  unique: () => [],
  listed: true,
});
