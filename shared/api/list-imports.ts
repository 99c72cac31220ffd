import type { Ledger } from "../ledger/ledger.ts";
import type { Table } from "../ports.ts";
import { importJob } from "../records/import-job.ts";
import { type Answer, list } from "./envelope.ts";
import { pageOf } from "./paging.ts";
import { presentImport } from "./present.ts";
import type { ApiRequest } from "./request.ts";

interface Dependencies {
  readonly table: Pick<Table, "query">;
  readonly ledger: Pick<Ledger, "newest" | "read">;
}

/** The program's import jobs, newest first. */
export async function listImports(dependencies: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const { items, has_more } = await pageOf(dependencies, importJob, principal.program, query);
  return list({ items: items.map(presentImport), has_more }, "Imports retrieved");
}
