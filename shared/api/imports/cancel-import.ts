import { allowsImport } from "../../access/principal.ts";
import { cancelImport as cancel } from "../../imports/cancel-import.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { MailMessage } from "../../mail/mail-message.ts";
import type { Clock, Queue } from "../../ports.ts";
import { doerOf } from "../doer-of.ts";
import { type Answer, forbidden, one } from "../envelope.ts";
import { importOf } from "./get-import.ts";
import { presentImport } from "../present.ts";
import type { ApiRequest } from "../request.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "advance" | "read">;
  readonly mailQueue: Queue<MailMessage>;
  readonly clock: Clock;
}

/** Stops an import. */
export async function cancelImport(dependencies: Dependencies, request: ApiRequest): Promise<Answer> {
  const { ledger, mailQueue, clock } = dependencies;
  const { principal } = request;
  const asked = await importOf(dependencies, request);
  if (!allowsImport(principal, asked.type)) throw forbidden();
  const job = await cancel({ ledger, mail: mailQueue, clock }, doerOf(request), asked);
  const message = job.status === "canceled" ? "Import canceled" : "Import is being canceled";
  return one(presentImport(job, clock()), message);
}
