import { allowsReadingImport } from "../access/principal.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Clock, Table } from "../ports.ts";
import { IMPORT_STATUSES, type ImportJob, importJob } from "../records/import-job.ts";
import { type Answer, list } from "./envelope.ts";
import { pageOf } from "./paging.ts";
import { presentImport } from "./present.ts";
import type { ApiRequest } from "./request.ts";
import { readChoice } from "./validated.ts";

interface Dependencies {
  readonly table: Pick<Table, "query">;
  readonly ledger: Pick<Ledger, "newest" | "read">;
  readonly clock: Clock;
}

/** The program's import jobs, newest first; those of a status or a type, if asked for. */
export async function listImports(dependencies: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const status = readChoice(query, "status", IMPORT_STATUSES);
  // Any: files were dropped below folders that name no type, too.
  const { type, archive_key } = query;
  const mayAll = allowsReadingImport(principal, null);
  const isAll = mayAll && [status, type, archive_key].every((value) => value === undefined);
  const isAskedFor = (job: ImportJob) =>
    (mayAll || allowsReadingImport(principal, job.type)) &&
    (status === undefined || job.status === status) &&
    (type === undefined || job.type === type) &&
    (archive_key === undefined || job.archive_key === archive_key);
  const { items, has_more } = await pageOf(
    dependencies,
    importJob,
    principal.program,
    query,
    isAll ? undefined : isAskedFor,
  );
  const now = dependencies.clock();
  return list({ items: items.map((job) => presentImport(job, now)), has_more }, "Imports retrieved");
}
