import { exportBundle, type ExportMessage } from "../../shared/exports/export-bundle.ts";
import { SETTLE_MS } from "../../shared/ledger/settled.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import type { MailMessage } from "../../shared/mail/mail-message.ts";
import { exportJob } from "../../shared/records/export-job.ts";
import { createCountingKeys } from "../fakes/counting-keys.ts";
import { createMemoryObjectStore } from "../fakes/memory-object-store.ts";
import { deafWebhooks } from "../fakes/deaf-webhooks.ts";
import { createMemoryQueue } from "../fakes/memory-queue.ts";
import { createMemoryTable } from "../fakes/memory-table.ts";
import { createSilentLog } from "../fakes/silent-log.ts";
import { sizeOfItem } from "../fakes/item-size.ts";
import { AS_OF, benchJob } from "./bench-job.ts";
import type { BenchLine } from "./lines.ts";
import { storedProgram } from "./stored-program.ts";

/** Read units per exported row beside the least that consistent reads of the same bytes take. */
export async function exportUnits(transactions = 20_000): Promise<BenchLine> {
  const size = { partners: 20, customers: transactions / 20, transactions };
  const table = createMemoryTable();
  await storedProgram(table, size);
  const ledger = createLedger({ table, clock: () => AS_OF });
  await ledger.commit({ mark: "bench", changes: [{ declaration: exportJob, after: benchJob }] });
  const bytes = table
    .items()
    .filter(({ pk }) => pk.startsWith("bench/partnership/"))
    .reduce((sum, item) => sum + sizeOfItem(item), 0);
  const before = table.units.read;
  await exportBundle({
    ...deafWebhooks(),
    ledger,
    bundles: createMemoryObjectStore(),
    mail: createMemoryQueue<MailMessage>(),
    exports: createMemoryQueue<ExportMessage>(),
    clock: () => AS_OF + SETTLE_MS,
    newKey: createCountingKeys(),
    log: createSilentLog(),
  })({ program: "bench", key: benchJob.key }, () => false);
  // Each partner is in applications.csv as well.
  const rows = 2 * size.partners + size.customers + size.transactions;
  const [done] = await ledger.read(exportJob, [exportJob.place(benchJob)]);
  const exported = done?.record.files.reduce((sum, file) => sum + file.rows, 0);
  const units = (table.units.read - before) / rows;
  return {
    name: "export, read units per row",
    figure: units.toFixed(4),
    limit: `${(bytes / 4096 / rows).toFixed(4)} (bytes / 4096, consistent)`,
    ratio: units / (bytes / 4096 / rows),
    exact: exported === rows,
  };
}
