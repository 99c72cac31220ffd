import type { Ledger } from "../../ledger/ledger.ts";
import { type Answer, one } from "../envelope.ts";
import { loadProgram } from "../load-program.ts";
import type { ApiRequest } from "../request.ts";
import { reportOf } from "./report-of.ts";
import { presentReport } from "./report-shape.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "read">;
}

/** One report. */
export async function getReport({ ledger }: Dependencies, { principal, path }: ApiRequest): Promise<Answer> {
  const report = reportOf(principal, path["report_key"]);
  return one(presentReport(report, await loadProgram(ledger, principal.program)), "Report retrieved");
}
