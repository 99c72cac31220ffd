import type { Ledger } from "../ledger/ledger.ts";
import type { Stored } from "../ledger/stored.ts";
import { type ImportJob, importJob, importPlace } from "../records/import-job.ts";

/** The job of a key; throws when there is none, for whoever holds a message about it wrote it first. */
export async function loadJob(ledger: Ledger, program: string, key: string): Promise<Stored<ImportJob>> {
  const job = await findJob(ledger, program, key);
  if (job === undefined) throw new Error(`import ${key} of program ${program} is not there`);
  return job;
}

export async function findJob(ledger: Ledger, program: string, key: string): Promise<Stored<ImportJob> | undefined> {
  const [job] = await ledger.read(importJob, [importPlace(program, key)]);
  return job;
}

/** Whether an import has come to its end. */
export const isOver = ({ status }: ImportJob): boolean =>
  status === "completed" || status === "failed" || status === "canceled";
