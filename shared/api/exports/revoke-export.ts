import { revokeExport as revoke } from "../../exports/revoke-export.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Clock, ObjectStore } from "../../ports.ts";
import { doerOf } from "../doer-of.ts";
import { type Answer, one } from "../envelope.ts";
import { exportOf } from "./get-export.ts";
import { presentExport } from "../present.ts";
import type { ApiRequest } from "../request.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "advance" | "read">;
  readonly bundles: Pick<ObjectStore, "remove">;
  readonly clock: Clock;
}

/** Takes an export back. */
export async function revokeExport(dependencies: Dependencies, request: ApiRequest): Promise<Answer> {
  const job = await revoke(dependencies, doerOf(request), await exportOf(dependencies, request));
  return one(presentExport(job, dependencies.clock()), "Export taken back");
}
