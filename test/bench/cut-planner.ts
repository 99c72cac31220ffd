import { type Plan, planImport } from "../../shared/imports/plan.ts";
import type { OpenBytes } from "../../shared/imports/read-records.ts";
import { transaction } from "../../shared/records/transaction.ts";
import { serialParts, serialRecords } from "../unit/imports/serial-csv.ts";
import { bareParse } from "./bare-parse.ts";
import { atMost, bestCpuSeconds, type BenchLine } from "./lines.ts";
import { inChunks, transactionsCsv } from "./program-files.ts";

const ROUNDS = 7;

/** How little of bare csv-parse's time it takes to check, count and cut a file, and find the keys that repeat. */
export async function cutPlanner(rows = 300_000): Promise<BenchLine> {
  const partRows = Math.ceil(rows / 75);
  // So many rows come once more at the end of the file: fewer than a part may have waiting, as the serial cutter knows none of that.
  const repeated = Math.min(300, Math.floor(rows / 300));
  const lines = transactionsCsv({ partners: 1000, customers: 20_000, transactions: rows });
  const chunks = [...inChunks(withRepeats(lines, repeated))];
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const options = { delimiter: ",", bytes, layout: transaction.layout, type: "transactions", partRows };
  let plan: Plan | undefined;
  const [bare = 0, planning = 0] = await bestCpuSeconds(
    ROUNDS,
    () => bareParse(chunks),
    async () => (plan = await planImport(opener(chunks), options)),
  );
  const speed = (time: number) => `${Math.round(bytes / time / 1e6)} MB per CPU second`;
  const ratio = planning / bare;
  return {
    name: "cut planner, time",
    figure: `${speed(planning)}, ${Math.round(planning * 1000)} ms`,
    limit: `${speed(bare)} of bare csv-parse`,
    ratio,
    goal: atMost(ratio, 0.15),
    exact: plan !== undefined && (await isSerial(plan, chunks, { partRows, repeated })),
  };
}

function* withRepeats(lines: Iterable<string>, count: number): Generator<string> {
  const repeated: string[] = [];
  for (const line of lines) {
    yield line;
    if (repeated.length <= count) repeated.push(line);
  }
  // The first line is the header.
  yield* repeated.slice(1);
}

/** Whether the parts are those of a serial read, and all rows wait that repeat a key, with hardly any other. */
async function isSerial(
  plan: Plan,
  chunks: readonly Buffer[],
  { partRows, repeated }: { partRows: number; repeated: number },
): Promise<boolean> {
  const records = await serialRecords(opener(chunks), { delimiter: ",", from: 0, line: 1 });
  const serial = serialParts(records, partRows, [plan.header.columns.indexOf("key")]);
  const cuts = (parts: Plan["parts"]) => JSON.stringify(parts.map((part) => ({ ...part, later: [] })));
  const waiting = (parts: Plan["parts"]) => parts.flatMap(({ later }) => (later === "all" ? [] : later));
  const planned = new Set(waiting(plan.parts));
  const repeats = waiting(serial);
  return (
    plan.rows === records.length - 1 &&
    cuts(plan.parts) === cuts(serial) &&
    repeats.length === repeated &&
    repeats.every((row) => planned.has(row)) &&
    planned.size - repeats.length <= plan.rows / 10_000
  );
}

const opener =
  (chunks: readonly Buffer[]): OpenBytes =>
  (from) =>
    Promise.resolve(chunksFrom(chunks, from));

async function* chunksFrom(chunks: readonly Buffer[], from: number): AsyncGenerator<Uint8Array> {
  let offset = 0;
  for (const chunk of chunks) {
    if (offset + chunk.length > from) yield chunk.subarray(Math.max(0, from - offset));
    offset += chunk.length;
  }
}
