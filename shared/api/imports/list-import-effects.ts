import * as z from "zod";
import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { ImportJob } from "../../records/import-job.ts";
import { fired } from "../../records/trigger.ts";
import { type Answer, list } from "../envelope.ts";
import { fileImportOf } from "./get-import.ts";
import { readPageRequest } from "../page-request.ts";
import type { ApiRequest } from "../request.ts";

/** What triggers and invitations did for one row. */
export const rowEffect = fired.omit({ used: true }).extend({
  key: z.string().meta({ description: "Row and number of the effect, such as 12.1; the cursor of this list" }),
  row: z.int(),
});

/** Reads effects in file order, behind a row and an effect of it. */
export type EffectReader = (
  job: ImportJob,
  query: { after: { readonly row: number; readonly effect: number }; limit: number },
) => Promise<{ readonly items: readonly z.output<typeof rowEffect>[]; readonly has_more: boolean }>;

interface Dependencies {
  readonly ledger: Pick<Ledger, "read">;
  readonly effects: EffectReader;
}

/** What fired for an import, or would for a dry run, in file order. */
export async function listImportEffects(dependencies: Dependencies, request: ApiRequest): Promise<Answer> {
  const { limit, startingAfter, endingBefore } = readPageRequest(request.query);
  if (endingBefore !== undefined) {
    throw new CallerError("invalid", "effects are read forward, with 'starting_after'", "ending_before");
  }
  const after = readCursor(startingAfter);
  const job = await fileImportOf(dependencies, request);
  const { items, has_more } = await dependencies.effects(job, { after, limit });
  return list({ items, has_more }, "Import effects retrieved");
}

function readCursor(text = "0.0"): { row: number; effect: number } {
  const [, row, effect] = /^(\d{1,9})\.(\d{1,4})$/.exec(text) ?? [];
  if (row !== undefined && effect !== undefined) return { row: Number(row), effect: Number(effect) };
  throw new CallerError("invalid", "'starting_after' is the key of an effect, such as 12.1", "starting_after");
}
