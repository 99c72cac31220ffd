import type { Ledger } from "../ledger/ledger.ts";
import { exportJob } from "../records/export-job.ts";
import { type Answer, notFound, one } from "./envelope.ts";
import { findByKey } from "../access/find-by-key.ts";
import { present } from "./present.ts";
import type { ApiRequest } from "./request.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "read">;
}

/** One export job with its progress and files. */
export async function getExport({ ledger }: Dependencies, { principal, path }: ApiRequest): Promise<Answer> {
  const stored = await findByKey(ledger, exportJob, principal.program, path["key"]);
  if (stored === undefined) throw notFound();
  return one(present(exportJob, stored.record), "Export retrieved");
}
