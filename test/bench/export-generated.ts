import { exportBundle, type ExportMessage } from "../../shared/exports/export-bundle.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import { SETTLE_MS } from "../../shared/ledger/settled.ts";
import type { MailMessage } from "../../shared/mail/mail-message.ts";
import { type ExportJob, exportJob } from "../../shared/records/export-job.ts";
import { createCountingKeys } from "../fakes/counting-keys.ts";
import { deafWebhooks } from "../fakes/deaf-webhooks.ts";
import { createMemoryQueue } from "../fakes/memory-queue.ts";
import { createSilentLog } from "../fakes/silent-log.ts";
import { archiveSink } from "./archive-sink.ts";
import { AS_OF, benchJob } from "./bench-job.ts";
import { generatedProgram } from "./generated-program.ts";

export interface GeneratedExport {
  readonly job: ExportJob;
  readonly archive: Buffer;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Whether it has a row for everything that was made. */
  readonly isWhole: boolean;
}

/** Exports a program of so many rows that costs nothing to read and to store: what is measured is the exporter. */
export async function exportGenerated(rows: number): Promise<GeneratedExport> {
  const { table, each, partners } = await generatedProgram(rows);
  const ledger = createLedger({ table, clock: () => AS_OF });
  await ledger.commit({ mark: "bench", changes: [{ declaration: exportJob, after: benchJob }] });
  const sink = archiveSink();
  const build = exportBundle({
    ...deafWebhooks(),
    ledger,
    bundles: sink.store,
    mail: createMemoryQueue<MailMessage>(),
    exports: createMemoryQueue<ExportMessage>(),
    clock: () => AS_OF + SETTLE_MS,
    newKey: createCountingKeys(),
    log: createSilentLog(),
  });
  const started = process.hrtime.bigint();
  const cpu = process.cpuUsage();
  await build({ program: benchJob.program, key: benchJob.key }, () => false);
  const { user, system } = process.cpuUsage(cpu);
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const [done] = await ledger.read(exportJob, [exportJob.place(benchJob)]);
  if (done === undefined) throw new Error("the job is gone");
  return {
    job: done.record,
    archive: sink.archive(),
    seconds,
    cpuSeconds: (user + system) / 1e6,
    // Each partner is in applications.csv as well.
    isWhole: done.record.rows === partners * (2 + each.customers + each.transactions),
  };
}
