import { type Plan, planImport } from "../../shared/imports/plan.ts";
import type { OpenBytes } from "../../shared/imports/read-records.ts";
import { transaction } from "../../shared/records/transaction.ts";
import { serialParts, serialRecords } from "../unit/imports/serial-csv.ts";
import { bareParse } from "./bare-parse.ts";
import { type BenchLine, seconds } from "./lines.ts";
import { inChunks, transactionsCsv } from "./transactions-file.ts";

const ROWS = 300_000;
/** So many rows come once more at the end of the file. */
const REPEATED = 1000;
const PART_ROWS = 4000;
const ROUNDS = 7;

/** How little of bare csv-parse's time it takes to check, count and cut a file, and find the keys that repeat. */
export async function cutPlanner(): Promise<BenchLine> {
  const chunks = [...inChunks(withRepeats(transactionsCsv({ partners: 1000, customers: 20_000, transactions: ROWS })))];
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const options = { delimiter: ",", bytes, layout: transaction.layout, type: "transactions", partRows: PART_ROWS };
  const bare: number[] = [];
  const planning: number[] = [];
  let plan: Plan | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await seconds(() => bareParse(chunks)));
    planning.push(await seconds(async () => (plan = await planImport(opener(chunks), options))));
  }
  // A plan takes milliseconds: what else the machine does in them would be most of a median.
  const best = { bare: Math.min(...bare), planning: Math.min(...planning) };
  const speed = (time: number) => `${Math.round(bytes / time / 1e6)} MB/s`;
  return {
    name: "cut planner",
    figure: `${speed(best.planning)}, ${Math.round(best.planning * 1000)} ms`,
    limit: `0.15 of the time of bare csv-parse, ${speed(best.bare)}`,
    ratio: best.planning / best.bare,
    exact: plan !== undefined && (await isSerial(plan, chunks)),
  };
}

function* withRepeats(lines: Iterable<string>): Generator<string> {
  const repeated: string[] = [];
  for (const line of lines) {
    yield line;
    if (repeated.length <= REPEATED) repeated.push(line);
  }
  // The first line is the header.
  yield* repeated.slice(1);
}

/** Whether the parts are those of a serial read, and all rows wait that repeat a key, with hardly any other. */
async function isSerial(plan: Plan, chunks: readonly Buffer[]): Promise<boolean> {
  const records = await serialRecords(opener(chunks), { delimiter: ",", from: 0, line: 1 });
  const serial = serialParts(records, PART_ROWS, [plan.header.columns.indexOf("key")]);
  const cuts = (parts: Plan["parts"]) => JSON.stringify(parts.map((part) => ({ ...part, later: [] })));
  const waiting = (parts: Plan["parts"]) => parts.flatMap(({ later }) => (later === "all" ? [] : later));
  const planned = new Set(waiting(plan.parts));
  const repeats = waiting(serial);
  return (
    plan.rows === records.length - 1 &&
    cuts(plan.parts) === cuts(serial) &&
    repeats.length === REPEATED &&
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
