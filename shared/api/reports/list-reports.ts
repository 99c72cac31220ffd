import type { Ledger } from "../../ledger/ledger.ts";
import { type Answer, list } from "../envelope.ts";
import { loadProgram } from "../load-program.ts";
import { pageOfAll } from "../paging.ts";
import type { ApiRequest } from "../request.ts";
import { reportsFor } from "./report-of.ts";
import { presentReport } from "./report-shape.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "read">;
}

/** The reports that the caller may have, by their names. */
export async function listReports({ ledger }: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const { items, has_more } = pageOfAll(reportsFor(principal), query);
  const program = await loadProgram(ledger, principal.program);
  return list({ items: items.map((one) => presentReport(one, program)), has_more }, "Reports retrieved");
}
