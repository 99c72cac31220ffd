import type { Ledger } from "../ledger/ledger.ts";
import type { Stored } from "../ledger/stored.ts";
import { type ImportJob, importJob, importPlace, NO_EFFECTS, NO_ROWS } from "../records/import-job.ts";

type Asked = Pick<
  ImportJob,
  "program" | "key" | "type" | "source" | "filename" | "status" | "options" | "requested_by"
>;

/** A job of which nothing has been done yet. */
export const newImportJob = (asked: Asked, at: number): ImportJob => ({
  ...asked,
  sha256: null,
  bytes: 0,
  reason_code: null,
  reason: null,
  phase: "import",
  rows: NO_ROWS,
  effects: NO_EFFECTS,
  reward_amounts: {},
  warnings: [],
  started_at: null,
  finished_at: null,
  cancel_requested_at: null,
  undo: null,
  archive_key: null,
  parts: 0,
  parts_done: 0,
  created_at: at,
  updated_at: at,
});

/** The job of a key; throws when there is none, for whoever holds a message about it wrote it first. */
export async function loadJob(ledger: Pick<Ledger, "read">, program: string, key: string): Promise<Stored<ImportJob>> {
  const job = await findJob(ledger, program, key);
  if (job === undefined) throw new Error(`import ${key} of program ${program} is not there`);
  return job;
}

export async function findJob(
  ledger: Pick<Ledger, "read">,
  program: string,
  key: string,
): Promise<Stored<ImportJob> | undefined> {
  const [job] = await ledger.read(importJob, [importPlace(program, key)]);
  return job;
}

/** Whether an import has come to its end. */
export const isOver = ({ status }: ImportJob): boolean =>
  status === "completed" || status === "failed" || status === "canceled";
