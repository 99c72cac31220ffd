import type { Clock } from "../../ports.ts";
import { exportJob } from "../../records/export-job.ts";
import { type Answer, list } from "../envelope.ts";
import { type ListReader, pageOf } from "../paging.ts";
import { presentExport } from "../present.ts";
import type { ApiRequest } from "../request.ts";

interface Dependencies {
  readonly ledger: ListReader;
  readonly clock: Clock;
}

/** The program's export jobs, newest first. */
export async function listExports(dependencies: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const { items, has_more } = await pageOf(dependencies, exportJob, principal.program, query);
  const now = dependencies.clock();
  return list({ items: items.map((job) => presentExport(job, now)), has_more }, "Exports retrieved");
}
