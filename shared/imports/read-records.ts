import { parse } from "csv-parse/sync";
import type { CsvRecord, OpenBytes, ReadOptions } from "./csv-record.ts";
import { CSV_OPTIONS } from "./parse-records.ts";
import { RecordScanner } from "./record-scanner.ts";
import { scanRecords } from "./scan-records.ts";

export { type CsvRecord, MAX_RECORD_BYTES, type OpenBytes, type ReadOptions, UnreadableRest } from "./csv-record.ts";

/**
 * The records of a CSV file in batches, never more than a chunk of bytes at a time in memory. A record that cannot be
 * read is reported as broken, and reading goes on with the line behind its first one: a stray quote costs one row.
 */
export async function* readRecords(open: OpenBytes, options: ReadOptions): AsyncGenerator<readonly CsvRecord[]> {
  for await (const found of scanRecords(open, options)) {
    const batch = found instanceof RecordScanner ? recordsOf(found, options.delimiter) : found;
    if (batch.length > 0) yield batch;
  }
}

/** Records without a quote are split where they stand; what quotes mean is left to the CSV parser, for all of them at once. */
function recordsOf(scanner: RecordScanner, delimiter: string): CsvRecord[] {
  const batch: { -readonly [Key in keyof CsvRecord]: CsvRecord[Key] }[] = [];
  const quoted: typeof batch = [];
  const texts: Buffer[] = [];
  const { bytes, isAscii } = scanner;
  const encoding = isAscii ? "latin1" : "utf8";
  while (scanner.next()) {
    const { start, stop, behind, line, end, nextLine } = scanner;
    const cells = scanner.isQuoted ? [] : bytes.toString(encoding, start, stop).split(delimiter);
    const record = { cells, line, end, nextLine };
    batch.push(record);
    if (!scanner.isQuoted) continue;
    quoted.push(record);
    texts.push(bytes.subarray(start, behind));
  }
  if (quoted.length === 0) return batch;
  const parsed: string[][] = parse(Buffer.concat(texts), { ...CSV_OPTIONS, delimiter });
  if (parsed.length !== quoted.length)
    throw new Error(`${quoted.length} records were scanned and ${parsed.length} parsed`);
  for (const [index, record] of quoted.entries()) record.cells = parsed[index] ?? [];
  return batch;
}
