import * as z from "zod";
import { CallerError } from "../errors.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { type ImportJob, type OutcomeName, OUTCOMES } from "../records/import-job.ts";
import { type Answer, list } from "./envelope.ts";
import { importOf } from "./get-import.ts";
import { readPageRequest } from "./paging.ts";
import type { ApiRequest } from "./request.ts";
import { notOneOf } from "./validated.ts";

/** An outcome as the API shows it: without the cells of the row, with which it may be kept. */
export const shownOutcome = z.object({
  row: z.int().meta({ description: "Data rows count from 1" }),
  line: z.int().meta({ description: "Line of the file that the row begins in" }),
  outcome: z.enum(OUTCOMES),
  key: z.string().nullable().meta({ description: "Key of the record" }),
  code: z.string().nullable(),
  column: z.string().nullable(),
  message: z.string().nullable(),
  hint: z.string().nullable().meta({ description: "What to do" }),
});

/** Reads outcomes in file order, behind a row, of one kind if asked for. */
export type OutcomeReader = (
  job: ImportJob,
  query: { after: number; limit: number; outcome?: OutcomeName },
) => Promise<{ readonly items: readonly z.output<typeof shownOutcome>[]; readonly has_more: boolean }>;

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
  const only = readOutcome(request.query["outcome"]);
  const job = await importOf(dependencies, request);
  const { items, has_more } = await dependencies.outcomes(job, { after, limit, ...(only && { outcome: only }) });
  return list({ items: items.map((outcome) => shownOutcome.parse(outcome)), has_more }, "Import rows retrieved");
}

function readRow(text = "0"): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new CallerError("invalid", "'starting_after' is the number of a row here", "starting_after");
}

function readOutcome(text: string | undefined): OutcomeName | undefined {
  const outcome = OUTCOMES.find((name) => name === text);
  if (text === undefined || outcome !== undefined) return outcome;
  throw new CallerError("invalid", notOneOf(text, OUTCOMES), "outcome");
}
