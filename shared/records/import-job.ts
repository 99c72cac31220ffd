import * as z from "zod";
import { base, defineRecord, nullable } from "./record.ts";

/** A file is checked before it is imported where its options ask for that; a dry run is never more than checked. */
const IMPORT_PHASES = ["check", "import"] as const;
export type ImportPhase = (typeof IMPORT_PHASES)[number];

export const IMPORT_STATUSES = ["awaiting_upload", "queued", "running", "completed", "failed", "canceled"] as const;
export const OUTCOMES = ["created", "updated", "unchanged", "skipped", "failed"] as const;
export type OutcomeName = (typeof OUTCOMES)[number];

/** What happens when rows fail: the others are imported; or nothing is, unless all are good or so many percent at most failed. */
export const ERROR_POLICIES = ["import_good_rows", "all_or_nothing", "stop_above"] as const;

/** How an import is carried out; for the API's own jobs as asked for, for dropped files by their folder and metadata. */
export const importOptions = z.object({
  disable_triggers: z.boolean().meta({ description: "No rewards, no mails, no moves between groups" }),
  send_invites: z.boolean().meta({ description: "Whether new partners get an invitation by mail" }),
  dry_run: z.boolean().meta({ description: "Nothing is written; the job tells what would be" }),
  error_policy: z.enum(ERROR_POLICIES),
  stop_above_percent: z
    .number()
    .min(0)
    .max(100)
    .nullable()
    .meta({ description: "With stop_above: nothing is imported when more percent of the rows fail" }),
  notify: z.email().max(254).nullable().meta({ description: "Who is mailed when the import ends" }),
});

export type ImportOptions = z.output<typeof importOptions>;

/** What an import does unless told otherwise. */
export const DEFAULT_OPTIONS: ImportOptions = {
  disable_triggers: false,
  send_invites: false,
  dry_run: false,
  error_policy: "import_good_rows",
  stop_above_percent: null,
  notify: null,
};

const count = z.int().nonnegative();

/** What was put right or passed over in a file, for its owner to know. */
export const importWarnings = z.array(z.object({ code: z.string(), message: z.string() }));

/** How far an import has been undone. */
const undo = z.object({
  status: z.enum(["running", "completed"]),
  requested_at: z.int(),
  requested_by: z.string(),
  finished_at: nullable.instant(),
  reversed: count.meta({ description: "Rows whose changes were taken back" }),
  kept: count.meta({ description: "Rows whose records have been changed, paid or used since, and stay" }),
  not_reversible: count.meta({ description: "Rows of which nothing is known any more that could be taken back" }),
});

export type ImportUndo = z.output<typeof undo>;

const schema = z.object({
  ...base,
  type: z.string().nullable(),
  source: z.string().meta({ description: "Object key of the dropped file" }),
  filename: z.string(),
  sha256: nullable.text(64),
  bytes: count,
  status: z.enum(IMPORT_STATUSES),
  phase: z.enum(IMPORT_PHASES).meta({ description: "Whether rows are only checked, or imported" }),
  reason_code: nullable.text(),
  reason: nullable.text(2000).meta({ description: "Why a file failed, and what to do" }),
  options: importOptions,
  rows: z.object({
    total: count,
    processed: count,
    created: count,
    updated: count,
    unchanged: count,
    skipped: count,
    failed: count,
  }),
  effects: z
    .object({ rewards: count, mails: count, moves: count })
    .meta({ description: "What triggers did: rewards made, mails written, partners moved to another group" }),
  reward_amounts: z
    .record(z.string(), z.int())
    .meta({ description: "Money of those rewards, in minor units by currency" }),
  warnings: importWarnings,
  started_at: nullable.instant(),
  finished_at: nullable.instant(),
  requested_by: z.string().meta({ description: "Who asked for it; bucket for a dropped file" }),
  cancel_requested_at: nullable.instant(),
  undo: undo.nullable(),
  archive_key: nullable.text().meta({ description: "The import of the archive that the file came in, if any" }),
  parts: count.meta({ internal: true, description: "Steps the file was cut into" }),
  parts_done: count.meta({ internal: true }),
});

export type ImportJob = z.output<typeof schema>;

/** The counts of an import that has not begun. */
export const NO_ROWS: ImportJob["rows"] = {
  total: 0,
  processed: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  skipped: 0,
  failed: 0,
};
export const NO_EFFECTS: ImportJob["effects"] = { rewards: 0, mails: 0, moves: 0 };

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

/** One step of an import; `turn` is 1 for parallel parts, 2 for those in order. */
export interface ImportStep {
  readonly phase: ImportPhase;
  readonly turn: 1 | 2;
  readonly part: number;
}

const stepSk = (what: string, { phase, turn, part }: ImportStep): string =>
  `${what}#${phase}#${turn}#${String(part).padStart(6, "0")}`;

/** Where the fact is kept that a step of an import is done. */
export const stepDonePlace = (program: string, key: string, step: ImportStep) => ({
  pk: importPlace(program, key).pk,
  sk: stepSk("done", step),
});

/** Where the fact is kept that the undoing of an import has come through a step. */
export const stepUndonePlace = (program: string, key: string, step: ImportStep) => ({
  pk: importPlace(program, key).pk,
  sk: stepSk("undone", step),
});

/** Where it is kept whether a step imports its rows, or passes over them because the import was canceled before. */
export const stepFatePlace = (program: string, key: string, step: ImportStep) => ({
  pk: importPlace(program, key).pk,
  sk: stepSk("fate", step),
});
