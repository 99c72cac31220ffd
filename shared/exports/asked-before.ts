import { findByKey } from "../access/find-by-key.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Queue } from "../ports.ts";
import { type ExportJob, exportJob } from "../records/export-job.ts";
import type { ExportMessage } from "./export-bundle.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "read">;
  readonly exportQueue: Queue<ExportMessage>;
}

/** The export that an earlier attempt at this very request has made. Whether it queued it is not known. */
export async function askedBefore(
  { ledger, exportQueue }: Dependencies,
  program: string,
  key: string,
): Promise<ExportJob | undefined> {
  const made = await findByKey(ledger, exportJob, program, key);
  if (made?.record.status === "queued") await exportQueue.send([{ program, key }]);
  return made?.record;
}
