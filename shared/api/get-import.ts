import type { Ledger } from "../ledger/ledger.ts";
import type { Clock } from "../ports.ts";
import { type ImportJob, importJob } from "../records/import-job.ts";
import { type Answer, forbidden, notFound, one } from "./envelope.ts";
import { allowsReadingImport } from "../access/principal.ts";
import { findByKey } from "../access/find-by-key.ts";
import { presentImport } from "./present.ts";
import type { ApiRequest } from "./request.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "read">;
}

/** One import job with its counts. */
export async function getImport(dependencies: Dependencies & { clock: Clock }, request: ApiRequest): Promise<Answer> {
  return one(presentImport(await importOf(dependencies, request), dependencies.clock()), "Import retrieved");
}

/** The import job that the path names. */
export async function importOf({ ledger }: Dependencies, { principal, path }: ApiRequest): Promise<ImportJob> {
  const stored = await findByKey(ledger, importJob, principal.program, path["key"]);
  if (stored === undefined) throw notFound();
  if (!allowsReadingImport(principal, stored.record.type)) throw forbidden();
  return stored.record;
}
