import {
  type CsvRecord,
  type OpenBytes,
  type ReadOptions,
  UnreadableRest,
} from "../../../shared/imports/csv-record.ts";
import { parseRecords } from "../../../shared/imports/parse-records.ts";
import type { Part } from "../../../shared/imports/plan.ts";
import { unguarded } from "../../../shared/records/bundle.ts";

/** The records of a file by csv-parse alone, with a fresh start behind each broken one. */
export async function serialRecords(open: OpenBytes, options: ReadOptions): Promise<CsvRecord[]> {
  const records: CsvRecord[] = [];
  let at = options;
  for (let failures = 0; ;) {
    const before = records.length;
    for await (const batch of parseRecords(open, at, Infinity)) records.push(...batch);
    const last = records.at(-1);
    if (last?.broken === undefined || records.length === before) return records;
    failures += 1;
    if (failures > 1000) throw new UnreadableRest(last.line);
    at = { ...at, from: last.end, line: last.nextLine };
  }
}

/** The parts of a file, made from its records, the first of which is the header. */
export function serialParts(records: readonly CsvRecord[], partRows: number, tied: readonly number[] | "all"): Part[] {
  const [header, ...rows] = records;
  const parts: Part[] = [];
  const seen = new Set<string>();
  let from = header?.end ?? 0;
  let line = header?.nextLine ?? 1;
  for (let firstRow = 0; firstRow < rows.length; firstRow += partRows) {
    const own = rows.slice(firstRow, firstRow + partRows);
    const later: number[] = [];
    for (const [at, { cells }] of own.entries()) {
      const values = tied === "all" ? [] : tied.map((cell) => unguarded((cells[cell] ?? "").trim())).filter(Boolean);
      const repeats = values.map((value) => {
        const isRepeated = seen.has(value);
        seen.add(value);
        return isRepeated;
      });
      if (repeats.includes(true)) later.push(firstRow + at + 1);
    }
    const last = own.at(-1);
    const to = last?.end ?? from;
    const turn = tied === "all" ? "all" : later;
    parts.push({ part: parts.length, from, to, line, firstRow, rows: own.length, later: turn });
    from = to;
    line = last?.nextLine ?? line;
  }
  return parts;
}
