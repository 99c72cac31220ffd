import * as z from "zod";
import { base, defineRecord, nullable, since } from "./record.ts";

const EXPORT_STATUSES = ["queued", "running", "completed", "failed"] as const;

/** `bundle`: the files that join. `import`: files in the importer's own headers, which make the program anew. */
export const EXPORT_FORMATS = ["bundle", "import"] as const;

const filters = z.object({
  all_time: z.boolean(),
  from: nullable.instant(),
  to: nullable.instant(),
  group_key: nullable.text(),
  files: z.array(z.string()).meta({ description: "The files asked for, without their ending" }),
  format: since("bundle", z.enum(EXPORT_FORMATS)),
  tag: since(null, nullable.text()).meta({ description: "Only partners with this tag" }),
  manager: since(null, nullable.text()).meta({ description: "Only partners of this manager" }),
  archived: since(null, z.boolean().nullable()).meta({
    description: "Only partners who are archived, or only those who are not",
  }),
  joined_from: since(null, nullable.instant()).meta({ description: "Only partners who joined then or later" }),
  joined_to: since(null, nullable.instant()).meta({ description: "Only partners who joined then or earlier" }),
  partnership_keys: since([], z.array(z.string())).meta({ description: "Only these partners; all of them when empty" }),
});

export type ExportFilters = z.output<typeof filters>;

/** Leaves nothing out but by file. */
export const EVERYTHING: Omit<ExportFilters, "files"> = {
  all_time: true,
  from: null,
  to: null,
  group_key: null,
  format: "bundle",
  tag: null,
  manager: null,
  archived: null,
  joined_from: null,
  joined_to: null,
  partnership_keys: [],
};

const schema = z.object({
  ...base,
  status: z.enum(EXPORT_STATUSES),
  reason: nullable.text(2000),
  as_of: z.int().meta({ description: "The cut-off instant: the bundle shows the program as it was then" }),
  filters,
  files: z.array(z.object({ name: z.string(), rows: z.int(), bytes: z.int(), sha256: z.string() })),
  progress: z.number().meta({ description: "Percent" }),
  rows: since(0, z.int()).meta({ description: "Rows written so far, in all files" }),
  bytes: since(0, z.int()).meta({ description: "Bytes written so far, in all files, before they are compressed" }),
  expires_at: nullable.instant().meta({ description: "When the mailed link closes; null until it is mailed" }),
  requested_by: z.string(),
  member_email: z.string(),
  report_key: since(null, nullable.text()).meta({
    description: "The report that it is an export of; null of a bundle",
  }),
  started_at: since(null, nullable.instant()),
  finished_at: nullable.instant(),
  revoked_at: since(null, nullable.instant()).meta({ description: "When it was taken back, and its bundle removed" }),
  checkpoint: since(null, nullable.text()).meta({
    internal: true,
    description: "Names what the next invocation goes on from, where one was not enough",
  }),
});

export type ExportJob = z.output<typeof schema>;

/** What has come of an export of a bundle that nobody has taken up yet. */
export const NOT_BEGUN = {
  status: "queued",
  reason: null,
  files: [],
  progress: 0,
  rows: 0,
  bytes: 0,
  expires_at: null,
  started_at: null,
  finished_at: null,
  revoked_at: null,
  report_key: null,
  checkpoint: null,
} as const satisfies Partial<ExportJob>;

/** Where the export job of a key lives. */
export const exportPlace = (program: string, key: string) => ({ pk: `${program}/export/${key}`, sk: "#" });

/** Where it is kept when a fresh link to an export was last asked for. */
export const linkTurnPlace = (program: string, key: string) => ({ pk: exportPlace(program, key).pk, sk: "link" });

/** One bundle, from its request to its mail. */
export const exportJob = defineRecord({
  kind: "export",
  collection: "exports",
  schema,
  place: ({ program, key }) => exportPlace(program, key),
  unique: () => [],
  listed: true,
});
