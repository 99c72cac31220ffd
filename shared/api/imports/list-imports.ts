import { findByKey } from "../../access/find-by-key.ts";
import { allowsReadingImport } from "../../access/principal.ts";
import { childrenOf } from "../../imports/advance-archive.ts";
import type { Clock } from "../../ports.ts";
import { IMPORT_STATUSES, type ImportJob, importJob } from "../../records/import-job.ts";
import { type Answer, list } from "../envelope.ts";
import { type ListReader, type Page, pageOf, pageOfAll } from "../paging.ts";
import { presentImport } from "../present.ts";
import type { ApiRequest } from "../request.ts";
import { readChoice } from "../validated.ts";

interface Dependencies {
  readonly ledger: ListReader;
  readonly clock: Clock;
}

/** The program's import jobs, newest first; those of a status, a type or an archive, if asked for. */
export async function listImports(dependencies: Dependencies, request: ApiRequest): Promise<Answer> {
  const { items, ...page } = await pageAskedFor(dependencies, request);
  const now = dependencies.clock();
  return list({ items: items.map((job) => presentImport(job, now)), ...page }, "Imports retrieved");
}

async function pageAskedFor(dependencies: Dependencies, { principal, query }: ApiRequest): Promise<Page<ImportJob>> {
  const { program } = principal;
  const status = readChoice(query, "status", IMPORT_STATUSES);
  // Any: files were dropped below folders that name no type, too.
  const { type, archive_key } = query;
  const mayAll = allowsReadingImport(principal, null);
  const isAll = mayAll && status === undefined && type === undefined;
  const isAskedFor = (job: ImportJob) =>
    (mayAll || allowsReadingImport(principal, job.type)) &&
    (status === undefined || job.status === status) &&
    (type === undefined || job.type === type);
  if (archive_key === undefined) return pageOf(dependencies, importJob, program, query, isAll ? undefined : isAskedFor);
  const archive = await findByKey(dependencies.ledger, importJob, program, archive_key);
  const files = archive === undefined ? [] : await childrenOf(dependencies.ledger, archive.record);
  return pageOfAll(files.toReversed().filter(isAskedFor), query);
}
