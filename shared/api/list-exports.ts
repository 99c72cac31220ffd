import type { Ledger } from "../ledger/ledger.ts";
import type { Table } from "../ports.ts";
import { exportJob } from "../records/export-job.ts";
import { type Answer, list } from "./envelope.ts";
import { pageOf } from "./paging.ts";
import { present } from "./present.ts";
import type { ApiRequest } from "./request.ts";

interface Dependencies {
  readonly table: Pick<Table, "query">;
  readonly ledger: Pick<Ledger, "newest" | "read">;
}

/** The program's export jobs, newest first. */
export async function listExports(dependencies: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const { items, has_more } = await pageOf(dependencies, exportJob, principal.program, query);
  return list({ items: items.map((job) => present(exportJob, job)), has_more }, "Exports retrieved");
}
