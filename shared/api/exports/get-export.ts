import { findByKey } from "../../access/find-by-key.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Clock } from "../../ports.ts";
import { type ExportJob, exportJob } from "../../records/export-job.ts";
import { type Answer, notFound, one } from "../envelope.ts";
import { presentExport } from "../present.ts";
import type { ApiRequest } from "../request.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "read">;
  readonly clock: Clock;
}

/** The export that a path names; another program's is as missing as one that never was. */
export async function exportOf(
  { ledger }: Pick<Dependencies, "ledger">,
  { principal, path }: ApiRequest,
): Promise<ExportJob> {
  const stored = await findByKey(ledger, exportJob, principal.program, path["key"]);
  if (stored === undefined) throw notFound();
  return stored.record;
}

/** One export job with its progress and files. */
export async function getExport(dependencies: Dependencies, request: ApiRequest): Promise<Answer> {
  return one(presentExport(await exportOf(dependencies, request), dependencies.clock()), "Export retrieved");
}
