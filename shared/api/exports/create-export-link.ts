import { askForLink } from "../../exports/ask-for-link.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { MailMessage } from "../../mail/mail-message.ts";
import type { Clock, NewKey, Queue, Table } from "../../ports.ts";
import { doerOf } from "../doer-of.ts";
import { type Answer, forbidden, one } from "../envelope.ts";
import { exportOf } from "./get-export.ts";
import { presentExport } from "../present.ts";
import type { ApiRequest } from "../request.ts";

interface Dependencies {
  readonly table: Pick<Table, "get" | "write">;
  readonly ledger: Pick<Ledger, "read">;
  readonly mailQueue: Queue<MailMessage>;
  readonly clock: Clock;
  readonly newKey: NewKey;
}

/** Mails a fresh link to a bundle, to whom the first one went. */
export async function createExportLink(dependencies: Dependencies, request: ApiRequest): Promise<Answer> {
  const job = await exportOf(dependencies, request);
  if (!(await askForLink(dependencies, doerOf(request), job))) throw forbidden();
  return one(presentExport(job, dependencies.clock()), "A fresh link is being mailed");
}
