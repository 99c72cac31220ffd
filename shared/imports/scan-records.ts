import { type CsvRecord, type OpenBytes, type ReadOptions, UnreadableRest } from "./csv-record.ts";
import { parseRecords } from "./parse-records.ts";
import { RecordScanner } from "./record-scanner.ts";

/** A file with more unreadable records than this is not worth reading on: each one costs a fresh start. */
const MAX_FAILURES = 1000;

/**
 * Goes through the records of a CSV file in order, a chunk at a time: as a scanner to go on with `next` until it is
 * false, or, where the file is not plainly well-formed, as records that a CSV parser read there.
 */
export async function* scanRecords(
  open: OpenBytes,
  { delimiter, ...start }: ReadOptions,
): AsyncGenerator<RecordScanner | readonly CsvRecord[]> {
  let { from, line } = start;
  let failures = 0;
  // Each turn of the parser costs a fresh start: in a file that needs it often, it goes on for longer and longer.
  for (let batches = 1; ; batches *= 2) {
    const scanner = new RecordScanner({ delimiter, from, line });
    yield* scanChunks(await open(from), scanner);
    if (!scanner.isOdd) return;
    let last: CsvRecord | undefined;
    for await (const batch of parseRecords(open, { delimiter, from: scanner.end, line: scanner.nextLine }, batches)) {
      yield batch;
      last = batch.at(-1);
    }
    if (last === undefined) return;
    if (last.broken !== undefined) failures += 1;
    if (failures > MAX_FAILURES) throw new UnreadableRest(last.line);
    ({ end: from, nextLine: line } = last);
  }
}

async function* scanChunks(chunks: AsyncIterable<Uint8Array>, scanner: RecordScanner): AsyncGenerator<RecordScanner> {
  for await (const bytes of chunks) {
    scanner.push(bytes);
    yield scanner;
    if (scanner.isOdd) return;
  }
  scanner.finish();
  yield scanner;
}
