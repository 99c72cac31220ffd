import * as z from "zod";
import { base, defineRecord, nullable } from "./record.ts";

const EXPORT_STATUSES = ["queued", "running", "completed", "failed"] as const;

const filters = z.object({
  all_time: z.boolean(),
  from: nullable.instant(),
  to: nullable.instant(),
  group_key: nullable.text(),
  files: z.array(z.string()).meta({ description: "The files asked for, without their ending" }),
});

export type ExportFilters = z.output<typeof filters>;

const schema = z.object({
  ...base,
  status: z.enum(EXPORT_STATUSES),
  reason: nullable.text(2000),
  as_of: z.int().meta({ description: "The cut-off instant: the bundle shows the program as it was then" }),
  filters,
  files: z.array(z.object({ name: z.string(), rows: z.int(), bytes: z.int(), sha256: z.string() })),
  progress: z.number().meta({ description: "Percent" }),
  expires_at: nullable.instant().meta({ description: "When the mailed link closes; null until it is mailed" }),
  requested_by: z.string(),
  member_email: z.string(),
  finished_at: nullable.instant(),
});

export type ExportJob = z.output<typeof schema>;

/** Where the export job of a key lives. */
export const exportPlace = (program: string, key: string) => ({ pk: `${program}/export/${key}`, sk: "#" });

/** One bundle, from its request to its mail. */
export const exportJob = defineRecord({
  kind: "export",
  collection: "exports",
  schema,
  place: ({ program, key }) => exportPlace(program, key),
  unique: () => [],
  listed: true,
});
