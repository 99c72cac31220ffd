import { CallerError } from "../../errors.ts";
import { childrenOf } from "../../imports/advance-archive.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Clock } from "../../ports.ts";
import { type ImportJob, importJob } from "../../records/import-job.ts";
import { type Answer, forbidden, notFound, one } from "../envelope.ts";
import { allowsReadingImport } from "../../access/principal.ts";
import { API_BASE } from "../../names.ts";
import { findByKey } from "../../access/find-by-key.ts";
import { presentImport } from "../present.ts";
import type { ApiRequest } from "../request.ts";

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

/** The import job that the path names, of a file with rows; refuses an archive, whose rows are those of its files. */
export async function fileImportOf({ ledger }: Dependencies, request: ApiRequest): Promise<ImportJob> {
  const job = await importOf({ ledger }, request);
  if ((await childrenOf(ledger, job)).length === 0) return job;
  throw new CallerError(
    "conflict",
    `this import is of an archive, and each of its files has rows of its own: GET ${API_BASE}/imports?archive_key=${job.key}`,
  );
}
