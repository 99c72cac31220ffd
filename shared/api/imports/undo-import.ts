import * as z from "zod";
import { allowsImport } from "../../access/principal.ts";
import { CallerError } from "../../errors.ts";
import type { ImportMessage } from "../../imports/import-message.ts";
import { undoImport as undo, undoTargets } from "../../imports/undo-import.ts";
import type { undoneRow } from "../../imports/undone-rows.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Clock, Queue } from "../../ports.ts";
import type { ImportJob } from "../../records/import-job.ts";
import { doerOf } from "../doer-of.ts";
import { type Answer, forbidden, list, one } from "../envelope.ts";
import { fileImportOf, importOf } from "./get-import.ts";
import { readPageRequest } from "../page-request.ts";
import { presentImport } from "../present.ts";
import type { ApiRequest } from "../request.ts";

/** Reads what became of the rows of an undone import, in file order, behind a row; undefined when its reports are gone. */
export type UndoneReader = (
  job: ImportJob,
  query: { after: number; limit: number },
) => Promise<{ readonly items: readonly z.output<typeof undoneRow>[]; readonly has_more: boolean } | undefined>;

interface Dependencies {
  readonly ledger: Pick<Ledger, "advance" | "read">;
  readonly importQueue: Queue<ImportMessage>;
  readonly undone: UndoneReader;
  readonly clock: Clock;
}

/** Takes back what an import has changed, as far as nobody has built on it since. */
export async function undoImport(dependencies: Dependencies, request: ApiRequest): Promise<Answer> {
  const { ledger, importQueue, undone, clock } = dependencies;
  const { principal } = request;
  const asked = await importOf(dependencies, request);
  if (!allowsImport(principal, asked.type)) throw forbidden();
  for (const target of await undoTargets(ledger, asked)) {
    if ((await undone(target, { after: 0, limit: 1 })) !== undefined) continue;
    const which = target.key === asked.key ? "the import's reports" : `the reports of its import ${target.key}`;
    throw new CallerError("conflict", `${which} are gone, and with them what could be undone`);
  }
  const job = await undo({ ledger, imports: importQueue, clock }, doerOf(request), asked);
  return one(presentImport(job, clock()), "Import is being undone");
}

/** What became of every row that the import had changed. */
export async function listUndoneRows(dependencies: Dependencies, request: ApiRequest): Promise<Answer> {
  const { limit, startingAfter = "0", endingBefore } = readPageRequest(request.query);
  if (endingBefore !== undefined) {
    throw new CallerError("invalid", "rows are read forward, with 'starting_after'", "ending_before");
  }
  if (!/^\d{1,9}$/.test(startingAfter)) {
    throw new CallerError("invalid", "'starting_after' is the number of a row here", "starting_after");
  }
  const job = await fileImportOf(dependencies, request);
  const page = job.undo === null ? undefined : await dependencies.undone(job, { after: Number(startingAfter), limit });
  return list(page ?? { items: [], has_more: false }, "Undone rows retrieved");
}
