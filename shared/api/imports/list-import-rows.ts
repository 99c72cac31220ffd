import { CallerError } from "../../errors.ts";
import { type Outcome, outcome as outcomeSchema } from "../../imports/outcomes.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { type ImportJob, type OutcomeName, OUTCOMES } from "../../records/import-job.ts";
import { type Answer, list } from "../envelope.ts";
import { fileImportOf } from "./get-import.ts";
import { readPageRequest } from "../page-request.ts";
import type { ApiRequest } from "../request.ts";
import { readChoice } from "../validated.ts";

/** Reads outcomes in file order, behind a row, of one kind if asked for. */
export type OutcomeReader = (
  job: ImportJob,
  query: { after: number; limit: number; outcome?: OutcomeName },
) => Promise<{ readonly items: readonly Outcome[]; readonly has_more: boolean }>;

interface Dependencies {
  readonly ledger: Pick<Ledger, "read">;
  readonly outcomes: OutcomeReader;
}

/** What became of every row of an import, in file order; `starting_after` is a row's number. */
export async function listImportRows(dependencies: Dependencies, request: ApiRequest): Promise<Answer> {
  const { limit, startingAfter, endingBefore } = readPageRequest(request.query);
  if (endingBefore !== undefined) {
    throw new CallerError("invalid", "rows are read forward, with 'starting_after'", "ending_before");
  }
  const after = readRow(startingAfter);
  const only = readChoice(request.query, "outcome", OUTCOMES);
  const job = await fileImportOf(dependencies, request);
  const { items, has_more } = await dependencies.outcomes(job, { after, limit, ...(only && { outcome: only }) });
  return list({ items: items.map((outcome) => outcomeSchema.parse(outcome)), has_more }, "Import rows retrieved");
}

function readRow(text = "0"): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new CallerError("invalid", "'starting_after' is the number of a row here", "starting_after");
}
