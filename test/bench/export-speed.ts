import { createHash } from "node:crypto";
import { once } from "node:events";
import { createDeflateRaw } from "node:zlib";
import { exportBundle } from "../../shared/exports/export-bundle.ts";
import { LEVEL } from "../../shared/exports/zip-bundle.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import type { MailMessage } from "../../shared/mail/mail-message.ts";
import type { ObjectStore } from "../../shared/ports.ts";
import { exportJob, type ExportJob } from "../../shared/records/export-job.ts";
import { createMemoryQueue } from "../fakes/memory-queue.ts";
import { createMemoryTable } from "../fakes/memory-table.ts";
import { createSilentLog } from "../fakes/silent-log.ts";
import type { BenchLine } from "./lines.ts";
import { storedProgram } from "./stored-program.ts";

const SIZE = { partners: 200, customers: 20_000, transactions: 300_000 };
const AS_OF = Date.UTC(2026, 0, 1);

/** The bundle's megabytes per second beside those of zlib alone, over the same bytes at the same level. */
export async function exportSpeed(): Promise<BenchLine[]> {
  const table = createMemoryTable();
  await storedProgram(table, SIZE);
  const ledger = createLedger({ table, clock: () => AS_OF });
  const job: ExportJob = {
    program: "bench",
    key: "exp_1",
    status: "queued",
    reason: null,
    as_of: AS_OF,
    filters: { all_time: true, from: null, to: null, group_key: null },
    files: [],
    progress: 0,
    expires_at: null,
    requested_by: "bench",
    member_email: "a@bench.example",
    finished_at: null,
    created_at: AS_OF,
    updated_at: AS_OF,
  };
  await ledger.commit({ mark: "bench", changes: [{ declaration: exportJob, after: job }] });
  const sink = createSink();
  const units = table.units.read;
  const started = process.hrtime.bigint();
  const cpu = process.cpuUsage();
  await exportBundle({
    ledger,
    bundles: sink.store,
    mail: createMemoryQueue<MailMessage>(),
    clock: () => AS_OF,
    log: createSilentLog(),
  })({ program: "bench", key: "exp_1" });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const used = process.cpuUsage(cpu);
  const [done] = await ledger.read(exportJob, [exportJob.place(job)]);
  const files = done?.record.files ?? [];
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const wanted = SIZE.partners + SIZE.customers + SIZE.transactions;

  const raw = await deflateAlone(bytes);
  const speed = bytes / 1e6 / seconds;
  return [
    {
      name: "export, bundle MB/s",
      figure: speed.toFixed(1),
      limit: `${raw.toFixed(1)} MB/s of raw deflate, level ${LEVEL}, as many bytes of such rows`,
      ratio: speed / raw,
      exact: rows === wanted,
    },
    {
      name: "export, rows/s",
      figure: Math.round(rows / seconds).toLocaleString("en"),
      limit: `${((used.user + used.system) / rows).toFixed(1)} us of CPU a row, all threads`,
      ratio: null,
      exact: null,
    },
    {
      name: "export, read units per row",
      figure: ((table.units.read - units) / rows).toFixed(3),
      limit: "",
      ratio: null,
      exact: null,
    },
  ];
}

async function deflateAlone(bytes: number): Promise<number> {
  const row = (at: number) =>
    `part_${createHash("md5")
      .update(String(at % 200))
      .digest("hex")
      .slice(
        0,
        26,
      )},Partner Number ${at % 200},Default,2023-01-01 00:00:00,2023-01-01 00:00:00,,,inv_${String(at).padStart(9, "0")},2024-05-01 12:00:${at % 60},team-annual,${(at * 37) % 200_000}.${at % 100},USD,true,,,,acct_${at % 20_000},cus_${createHash(
      "md5",
    )
      .update(String(at % 20_000))
      .digest("hex")
      .slice(0, 26)},"Customer ${at % 20_000}, Ltd",,2026-01-01 00:00:00\r\n`;
  const chunks: Buffer[] = [];
  let made = 0;
  for (let at = 0; made < bytes;) {
    let text = "";
    while (text.length < 65_536) text += row(at++);
    const chunk = Buffer.from(text);
    chunks.push(chunk);
    made += chunk.length;
  }
  const deflate = createDeflateRaw({ level: LEVEL });
  deflate.resume();
  const started = process.hrtime.bigint();
  for (const chunk of chunks) if (!deflate.write(chunk)) await once(deflate, "drain");
  deflate.end();
  await once(deflate, "end");
  return made / 1e6 / (Number(process.hrtime.bigint() - started) / 1e9);
}

/** Takes a bundle and keeps nothing of it. */
function createSink(): { store: ObjectStore } {
  const refuse = async () => {
    throw new Error("only uploads are taken here");
  };
  return {
    store: {
      get: refuse,
      put: refuse,
      copy: refuse,
      upload: async () => ({
        part: async () => undefined,
        complete: async () => undefined,
        abort: async () => undefined,
      }),
    },
  };
}
