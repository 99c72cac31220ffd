import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startPlatform } from "../../infra/local/running-platform.ts";
import { systemClock } from "../../shared/aws/clock.ts";
import { createDynamoTable } from "../../shared/aws/dynamo-table.ts";
import { createS3ObjectStore } from "../../shared/aws/s3-object-store.ts";
import { createSqsQueue } from "../../shared/aws/sqs-queue.ts";
import { bundleKey } from "../../shared/exports/bundle-key.ts";
import type { ExportMessage } from "../../shared/exports/export-bundle.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import { type ExportJob, exportJob, exportPlace } from "../../shared/records/export-job.ts";
import { benchJob } from "./bench-job.ts";
import { atMost, type BenchLine, both, whole } from "./lines.ts";
import { readByOthers } from "./read-by-others.ts";
import { storedProgram } from "./stored-program.ts";
import { watchMemory } from "./watch-memory.ts";

/** The most that memory may grow from a tenth of the rows to all of them, and the most it may be. */
const MAX_GROWTH = 1.3;
const MAX_MIB = 256;

interface Figures {
  readonly rows: number;
  readonly seconds: number;
  readonly peakMiB: number;
  readonly exact: boolean;
}

/** Exports a program of so many transactions, and of a tenth of them, with the deployed function on the local platform. */
export async function exportOnPlatform(transactions: number, tell: (line: string) => void): Promise<BenchLine[]> {
  const few = await exported(transactions / 10, tell);
  const many = await exported(transactions, tell);
  const ratio = many.peakMiB / few.peakMiB;
  return [
    ...[few, many].map((one): BenchLine => ({
      name: `export of ${whole(one.rows)} rows on the local platform`,
      figure: `${whole(one.rows / one.seconds)} rows/s, ${whole(one.seconds)} s`,
      limit: "read by unzip and Python, where installed",
      ratio: null,
      exact: one.exact,
    })),
    {
      name: "export, peak memory of export-bundle",
      figure: `${many.peakMiB} MiB at ${whole(many.rows)} rows`,
      limit: `${few.peakMiB} MiB at ${whole(few.rows)} rows`,
      ratio,
      goal: both(atMost(ratio, MAX_GROWTH), {
        text: `at most ${MAX_MIB} MiB`,
        // Of a process that nobody saw, nothing is known.
        met: few.peakMiB > 0 && many.peakMiB <= MAX_MIB,
      }),
      exact: null,
    },
  ];
}

async function exported(transactions: number, tell: (line: string) => void): Promise<Figures> {
  const dataDir = mkdtempSync(join(tmpdir(), "partner-ledger-bench-"));
  const platform = await startPlatform({
    dataDir,
    port: 0,
    onFailure: (name, error) => tell(`${name}: ${error.message}`),
  });
  const memory = watchMemory(["export-bundle"], (name) => platform.pids(name));
  try {
    const { clients, resources } = platform;
    const table = createDynamoTable({ client: clients.dynamo, tableName: resources.table });
    const ledger = createLedger({ table, clock: systemClock });
    const size = { partners: transactions / 1000, customers: transactions / 20, transactions };
    tell(`storing ${whole(transactions)} transactions`);
    await storedProgram(table, size);
    const job: ExportJob = { ...benchJob, as_of: Date.now() };
    await ledger.commit({ mark: job.key, changes: [{ declaration: exportJob, after: job }] });
    const queue = createSqsQueue<ExportMessage>({ client: clients.sqs, url: resources.queues.exports.url });
    await queue.send([{ program: job.program, key: job.key }]);
    const done = await ended();
    const bundles = createS3ObjectStore({ client: clients.s3, bucket: resources.buckets.exports });
    const object = await bundles.get(bundleKey(job.program, job.key));
    if (object === undefined) throw new Error("there is no bundle");
    const wanted = 2 * size.partners + size.customers + size.transactions;
    const isWhole = await readByOthers(object.body, join(dataDir, "bundle.zip"), done);
    const seconds = ((done.finished_at ?? 0) - (done.started_at ?? 0)) / 1000;
    return {
      rows: done.rows,
      seconds,
      peakMiB: memory.peaks()["export-bundle"],
      exact: isWhole && done.rows === wanted,
    };

    async function ended(): Promise<ExportJob> {
      for (;;) {
        await pause(500);
        const [stored] = await ledger.read(exportJob, [exportPlace(job.program, job.key)]);
        tell(`export: ${stored?.record.progress} %`);
        if (stored?.record.status === "completed") return stored.record;
        if (stored?.record.status === "failed") throw new Error(stored.record.reason ?? "failed");
      }
    }
  } finally {
    memory.stop();
    await platform.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
