import type { Ledger } from "../../ledger/ledger.ts";
import { type Answer, one } from "../envelope.ts";
import { loadProgram } from "../load-program.ts";
import type { ApiRequest } from "../request.ts";
import { programSettingsShape } from "../../records/program.ts";

/** The caller's program, with its settings. */
export const getProgram = async (
  { ledger }: { readonly ledger: Pick<Ledger, "read"> },
  { principal }: ApiRequest,
): Promise<Answer> =>
  one(programSettingsShape.parse(await loadProgram(ledger, principal.program)), "Program retrieved");
