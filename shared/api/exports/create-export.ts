import { mayHave } from "../../access/find-exporter.ts";
import { findTeammate } from "../../access/teammates.ts";
import { bundleFileNames } from "../../exports/bundle-files.ts";
import type { ExportMessage } from "../../exports/export-bundle.ts";
import { askedBefore } from "../../exports/asked-before.ts";
import { requestExport } from "../../exports/request-export.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Clock, NewKey, Queue, Table } from "../../ports.ts";
import { doerOf } from "../doer-of.ts";
import { type Answer, forbidden, one } from "../envelope.ts";
import { filtersOf } from "./export-filters.ts";
import { exportRequest } from "./export-request.ts";
import { presentExport } from "../present.ts";
import type { ApiRequest } from "../request.ts";
import { validated } from "../validated.ts";

interface Dependencies {
  readonly table: Pick<Table, "get">;
  readonly ledger: Pick<Ledger, "advance" | "collection" | "commit" | "find" | "read">;
  readonly exportQueue: Queue<ExportMessage>;
  readonly clock: Clock;
  readonly newKey: NewKey;
}

/** Asks for a bundle of the program as it is this instant, for a teammate, of the files that this one may have. */
export async function createExport(dependencies: Dependencies, request: ApiRequest): Promise<Answer> {
  const { principal, body } = request;
  const { clock, ledger, table } = dependencies;
  const as_of = clock();
  const asked = validated(exportRequest, body === undefined ? {} : body);
  const { program } = principal;
  const teammate = await findTeammate(table, program, asked.member_email);
  // Whether the address is unknown or lacks the permission is nobody else's business.
  if (teammate === undefined || !bundleFileNames.some((file) => mayHave(teammate, file))) throw forbidden();
  const all = await filtersOf(ledger, program, asked);
  const filters = { ...all, files: all.files.filter((file) => mayHave(teammate, file)) };
  if (filters.files.length === 0) throw forbidden();
  const key = request.newKey("exp_");
  const job =
    (await askedBefore(dependencies, program, key)) ??
    (await requestExport(dependencies, doerOf(request), { as_of, filters, member_email: teammate.email }, { key }));
  return one(presentExport(job, clock()), "Export requested");
}
