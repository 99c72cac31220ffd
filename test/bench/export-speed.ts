import { once } from "node:events";
import { createDeflateRaw } from "node:zlib";
import { exportBundle } from "../../shared/exports/export-bundle.ts";
import { LEVEL } from "../../shared/exports/zip-bundle.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import type { MailMessage } from "../../shared/mail/mail-message.ts";
import type { ObjectStore } from "../../shared/ports.ts";
import { exportJob } from "../../shared/records/export-job.ts";
import { createCountingKeys } from "../fakes/counting-keys.ts";
import { createMemoryQueue } from "../fakes/memory-queue.ts";
import { createSilentLog } from "../fakes/silent-log.ts";
import { readArchive } from "../unit/exports/read-archive.ts";
import { AS_OF, benchJob } from "./bench-job.ts";
import type { BenchLine } from "./lines.ts";
import { createPageTable } from "./page-table.ts";
import { storedProgram } from "./stored-program.ts";

/** What the exporter hands to deflate at a time. */
const BATCH_BYTES = 64 * 1024;

/** The bundle's megabytes per second beside those of zlib alone, over the same bytes at the same level. */
export async function exportSpeed(transactions = 300_000): Promise<BenchLine[]> {
  const size = { partners: 200, customers: transactions / 15, transactions };
  const table = createPageTable();
  await storedProgram(table, size);
  const ledger = createLedger({ table, clock: () => AS_OF });
  await ledger.commit({ mark: "bench", changes: [{ declaration: exportJob, after: benchJob }] });
  table.seal();
  const sink = createSink();
  const started = process.hrtime.bigint();
  const cpu = process.cpuUsage();
  await exportBundle({
    ledger,
    bundles: sink.store,
    mail: createMemoryQueue<MailMessage>(),
    clock: () => AS_OF,
    newKey: createCountingKeys(),
    log: createSilentLog(),
  })({ program: "bench", key: benchJob.key });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const used = process.cpuUsage(cpu);
  const [done] = await ledger.read(exportJob, [exportJob.place(benchJob)]);
  const files = done?.record.files ?? [];
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const wanted = size.partners + size.customers + size.transactions;

  const archived = readArchive(sink.archive()).filter(({ name }) => name.endsWith(".csv"));
  const raw = await deflateAlone(archived.map(({ content }) => content));
  const speed = bytes / 1e6 / seconds;
  return [
    {
      name: "export, bundle MB/s",
      figure: speed.toFixed(1),
      limit: `${raw.toFixed(1)} MB/s of raw deflate, level ${LEVEL}, the very same bytes`,
      ratio: speed / raw,
      exact: rows === wanted && archived.reduce((sum, { content }) => sum + content.length, 0) === bytes,
    },
    {
      name: "export, rows/s",
      figure: Math.round(rows / seconds).toLocaleString("en"),
      limit: `${((used.user + used.system) / rows).toFixed(1)} us of CPU a row, all threads`,
      ratio: null,
      exact: null,
    },
  ];
}

/** Megabytes a second of deflating these files one behind the other, a batch at a time. */
async function deflateAlone(files: readonly Buffer[]): Promise<number> {
  const started = process.hrtime.bigint();
  for (const file of files) {
    const deflate = createDeflateRaw({ level: LEVEL });
    deflate.resume();
    for (let at = 0; at < file.length; at += BATCH_BYTES) {
      if (!deflate.write(file.subarray(at, at + BATCH_BYTES))) await once(deflate, "drain");
    }
    deflate.end();
    await once(deflate, "end");
  }
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  return files.reduce((sum, { length }) => sum + length, 0) / 1e6 / seconds;
}

/** A bucket that takes and gives at no cost: what is measured is the work of the exporter. */
function createSink(): { store: ObjectStore; archive(): Buffer } {
  const pieces = new Map<string, Uint8Array>();
  const parts = new Map<number, Uint8Array>();
  const refuse = async () => {
    throw new Error("nothing is copied here");
  };
  async function* whole(bytes: Uint8Array) {
    yield bytes;
  }
  return {
    archive: () => Buffer.concat([...parts].toSorted(([a], [b]) => a - b).map(([, bytes]) => bytes)),
    store: {
      async get(key) {
        const bytes = pieces.get(key);
        return bytes && { body: whole(bytes), bytes: bytes.length, etag: "", metadata: {} };
      },
      async put(key, body) {
        pieces.set(key, Buffer.from(body));
        return true;
      },
      copy: refuse,
      remove: refuse,
      upload: async () => ({
        part: async (number, bytes) => void parts.set(number, bytes),
        complete: async () => undefined,
        abort: async () => undefined,
      }),
    },
  };
}
