import type { Ledger } from "../../ledger/ledger.ts";
import { type Answer, one } from "../envelope.ts";
import { loadProgram } from "../load-program.ts";
import type { ApiRequest } from "../request.ts";
import { presentRates } from "./rates-shape.ts";

interface Dependencies {
  readonly ledger: Ledger;
}

/** The rates by which sums in US dollars are made. */
export async function getRates({ ledger }: Dependencies, { principal }: ApiRequest): Promise<Answer> {
  return one(await presentRates(ledger, await loadProgram(ledger, principal.program)), "Rates retrieved");
}
