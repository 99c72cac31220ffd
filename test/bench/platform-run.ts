import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createProgram } from "../../shared/access/create-program.ts";
import { systemClock } from "../../shared/aws/clock.ts";
import { createDynamoTable } from "../../shared/aws/dynamo-table.ts";
import { newKey } from "../../shared/aws/new-key.ts";
import { randomToken } from "../../shared/aws/random-token.ts";
import { createS3ObjectStore } from "../../shared/aws/s3-object-store.ts";
import { uploadStream } from "../../shared/upload-stream.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import { importJob, type ImportJob } from "../../shared/records/import-job.ts";
import { startPlatform } from "../../infra/local/running-platform.ts";
import type { FunctionName } from "../../infra/platform.ts";
import {
  customersCsv,
  inChunks,
  partnersCsv,
  type Program,
  transactionAmount,
  transactionsCsv,
} from "./transactions-file.ts";

const RATES = { EUR: "1.0842", GBP: "1.2715", JPY: "0.0067", BRL: "0.1845" };

export interface PlatformFigures {
  readonly rows: number;
  readonly seconds: number;
  /** Highest resident memory of any process of the function, in MiB. */
  readonly peakMiB: Readonly<Record<"open-import" | "import-rows", number>>;
  /** Whether counts and sums are exactly those of the file. */
  readonly exact: boolean;
}

/** Imports a transactions file of a size through the local platform, and checks what is in the ledger afterwards. */
export async function importOnPlatform(size: Program, tell: (line: string) => void): Promise<PlatformFigures> {
  const dataDir = mkdtempSync(join(tmpdir(), "partner-ledger-bench-"));
  const platform = await startPlatform({
    dataDir,
    port: 0,
    onFailure: (name, error) => tell(`${name}: ${error.message}`),
  });
  try {
    const table = createDynamoTable({ client: platform.clients.dynamo, tableName: platform.resources.table });
    const ledger = createLedger({ table, clock: systemClock });
    await createProgram(
      { table, ledger, clock: systemClock, newKey, randomToken },
      { key: "bench", name: "Bench", admin_email: "a@bench.example", rates: RATES },
    );
    const uploads = createS3ObjectStore({ client: platform.clients.s3, bucket: platform.resources.buckets.uploads });
    const peaks = watchMemory((name) => platform.pids(name));

    const run = async (type: string, lines: Iterable<string>): Promise<ImportJob> => {
      const key = `imports/bench/${type}/${type}.csv`;
      await uploadStream(uploads, key, asAsync(inChunks(lines)), "text/csv");
      for (;;) {
        await pause(500);
        const jobs = await ledger.newest(importJob, "bench", 10);
        const job = jobs.find(({ record }) => record.source === key)?.record;
        if (job) tell(`${type}: ${job.rows.processed} of ${job.rows.total}`);
        if (job?.status === "completed") return job;
        if (job?.status === "failed") throw new Error(job.reason ?? "failed");
      }
    };
    await run("partners", partnersCsv(size));
    await run("customers", customersCsv(size));
    const job = await run("transactions", transactionsCsv(size));
    peaks.stop();
    const seconds = ((job.finished_at ?? 0) - job.created_at) / 1000;
    const exact = job.rows.created === size.transactions && (await sumsAreExact(ledger, size));
    return { rows: size.transactions, seconds, peakMiB: peaks.peaks(), exact };
  } finally {
    await platform.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** The day totals of all partners add up to the file's own sums, counted a second time from its making. */
async function sumsAreExact(ledger: ReturnType<typeof createLedger>, size: Program): Promise<boolean> {
  const expected = new Map<string, number>();
  for (let at = 0; at < size.transactions; at++) {
    const { minor, currency } = transactionAmount(at);
    expected.set(currency, (expected.get(currency) ?? 0) + minor);
  }
  const found = new Map<string, number>();
  let transactions = 0;
  for await (const partnership of ledger.directory("bench", Infinity)) {
    for (const [counter, amount] of await ledger.totals("bench", partnership)) {
      const [, name = "", currency = ""] = counter.split("/");
      if (name === "transactions") transactions += amount;
      if (name === "amount") found.set(currency, (found.get(currency) ?? 0) + amount);
    }
  }
  return (
    transactions === size.transactions && [...expected].every(([currency, minor]) => found.get(currency) === minor)
  );
}

function watchMemory(pids: (name: FunctionName) => number[]) {
  const highest = { "open-import": 0, "import-rows": 0 };
  const names = ["open-import", "import-rows"] as const;
  const look = () => {
    for (const name of names) for (const pid of pids(name)) highest[name] = Math.max(highest[name], residentMiB(pid));
  };
  const timer = setInterval(look, 250);
  return {
    stop() {
      look();
      clearInterval(timer);
    },
    peaks: () => highest,
  };
}

/** The kernel's own high-water mark, where there is a /proc to read it from. */
function residentMiB(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}

async function* asAsync<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
