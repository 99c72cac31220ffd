import * as z from "zod";
import { base, defineRecord, nullable } from "./record.ts";

const IMPORT_STATUSES = ["awaiting_upload", "queued", "running", "completed", "failed", "canceled"] as const;
export const OUTCOMES = ["created", "updated", "unchanged", "skipped", "failed"] as const;
export type OutcomeName = (typeof OUTCOMES)[number];

const count = z.int().nonnegative();

const schema = z.object({
  ...base,
  type: z.string().nullable(),
  source: z.string().meta({ description: "Object key of the dropped file" }),
  filename: z.string(),
  sha256: nullable.text(64),
  bytes: count,
  status: z.enum(IMPORT_STATUSES),
  reason_code: nullable.text(),
  reason: nullable.text(2000).meta({ description: "Why a file failed, and what to do" }),
  options: z.object({
    disable_triggers: z.boolean(),
    send_invites: z.boolean(),
    dry_run: z.boolean(),
    error_policy: z.string(),
  }),
  rows: z.object({
    total: count,
    processed: count,
    created: count,
    updated: count,
    unchanged: count,
    skipped: count,
    failed: count,
  }),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
  started_at: nullable.instant(),
  finished_at: nullable.instant(),
  requested_by: z.string(),
  parts: count.meta({ internal: true, description: "Steps the file was cut into" }),
  parts_done: count.meta({ internal: true }),
});

export type ImportJob = z.output<typeof schema>;

/** Where the import job of a key lives. */
export const importPlace = (program: string, key: string) => ({ pk: `${program}/import/${key}`, sk: "#" });

/** One file's way into the ledger. */
export const importJob = defineRecord({
  kind: "import",
  collection: "imports",
  schema,
  place: ({ program, key }) => importPlace(program, key),
  unique: () => [],
  listed: true,
});

/** Where the fact is kept that a part of an import is done; `turn` is 1 for parallel parts, 2 for those in order. */
export const partDonePlace = (program: string, key: string, turn: number, part: number) => ({
  pk: `${program}/import/${key}`,
  sk: `done#${turn}#${String(part).padStart(6, "0")}`,
});
