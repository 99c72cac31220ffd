import { CallerError } from "../../errors.ts";
import { headerSheet, headerTemplate } from "../../imports/header-sheet.ts";
import { importTypes } from "../../imports/import-types.ts";
import { loadSetup, type ProgramSetup } from "../../imports/program-setup.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { type Answer, document, one } from "../envelope.ts";
import type { ApiRequest } from "../request.ts";
import { notOneOf } from "../validated.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "collection" | "read">;
}

/** The columns that a file of a type may have in the program. */
export const getImportHeaders = async (dependencies: Dependencies, request: ApiRequest): Promise<Answer> =>
  one(await ofType(dependencies, request, headerSheet), "Import headers retrieved");

/** A CSV file of a type to start from. */
export const getImportTemplate = async (dependencies: Dependencies, request: ApiRequest): Promise<Answer> =>
  document("text/csv; charset=utf-8", await ofType(dependencies, request, headerTemplate));

async function ofType<Found>(
  { ledger }: Dependencies,
  { path: { type = "" }, principal }: ApiRequest,
  find: (type: string, setup: ProgramSetup) => Found | undefined,
): Promise<Found> {
  const found = find(type, await loadSetup(ledger, principal.program));
  if (found === undefined) throw new CallerError("not_found", notOneOf(type, Object.keys(importTypes)), "type");
  return found;
}
