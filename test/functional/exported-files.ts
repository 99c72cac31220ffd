import { bundleKey } from "../../shared/exports/bundle-key.ts";
import { exportBundle, type ExportMessage } from "../../shared/exports/export-bundle.ts";
import type { Ledger } from "../../shared/ledger/ledger.ts";
import { SETTLE_MS } from "../../shared/ledger/settled.ts";
import type { MailMessage } from "../../shared/mail/mail-message.ts";
import {
  EVERYTHING,
  type ExportFilters,
  type ExportJob,
  exportJob,
  NOT_BEGUN,
} from "../../shared/records/export-job.ts";
import { createCountingKeys } from "../fakes/counting-keys.ts";
import { createMemoryObjectStore } from "../fakes/memory-object-store.ts";
import { deafWebhooks } from "../fakes/deaf-webhooks.ts";
import { createMemoryQueue } from "../fakes/memory-queue.ts";
import { createSilentLog } from "../fakes/silent-log.ts";
import { readArchive } from "../unit/exports/read-archive.ts";

/** The texts of an export's files, by their names, as of an instant. */
export async function exportedFiles(
  ledger: Ledger,
  program: string,
  as_of: number,
  filters: Pick<ExportFilters, "files"> & Partial<ExportFilters>,
): Promise<ReadonlyMap<string, string>> {
  const bundles = createMemoryObjectStore();
  const key = `exp_${crypto.randomUUID()}`;
  const job: ExportJob = {
    program,
    key,
    created_at: as_of,
    updated_at: as_of,
    ...NOT_BEGUN,
    as_of,
    filters: { ...EVERYTHING, ...filters },
    files: [],
    requested_by: "pk_1",
    member_email: "ada@acme.example",
  };
  await ledger.commit({ mark: key, changes: [{ declaration: exportJob, after: job }] });
  const build = exportBundle({
    ...deafWebhooks(),
    ledger,
    bundles,
    mail: createMemoryQueue<MailMessage>(),
    exports: createMemoryQueue<ExportMessage>(),
    clock: () => as_of + SETTLE_MS,
    newKey: createCountingKeys(),
    log: createSilentLog(),
  });
  await build({ program, key }, () => false);
  const archive = bundles.object(bundleKey(program, key))?.bytes;
  if (archive === undefined) throw new Error("the export made no bundle");
  return new Map(readArchive(Buffer.from(archive)).map(({ name, content }) => [name, content.toString()]));
}
