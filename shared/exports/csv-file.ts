import type { Bundle, BundleRow, PartnerView } from "../records/bundle.ts";
import { csvCell, csvLine } from "../write-csv.ts";
import type { BundleFile } from "./growing-file.ts";

/** One file of a bundle being written: rows in, lines out. */
export interface CsvFile<Subject> {
  /** Where there is something to wait for before the next row, a promise. */
  write(row: BundleRow<Subject>): Promise<void> | undefined;
  rows(): number;
}

/**
 * Starts with the header line, so that even a file without rows tells its columns; unless an earlier sitting has begun
 * the file, with so many rows.
 */
export async function openCsvFile<Subject>(
  file: BundleFile,
  { columns }: Bundle<Subject>,
  earlier?: number,
): Promise<CsvFile<Subject>> {
  const cells = Object.entries(columns);
  let rows = earlier ?? 0;
  if (earlier === undefined) await file.write(csvLine(Object.keys(columns)));

  // The rows of a partner come one behind the other, and begin alike: what is the partner's is made once.
  const own = cells.findIndex(([, cell]) => cell.of !== "partner");
  const [shared, rest] = own < 0 ? [cells, []] : [cells.slice(0, own), cells.slice(own)];
  let beginning: { readonly partner: PartnerView | undefined; readonly text: string } | undefined;

  return {
    write(row) {
      rows += 1;
      if (beginning === undefined || beginning.partner !== row.partner) {
        beginning = { partner: row.partner, text: shared.map(([, cell]) => csvCell(cell(row))).join(",") };
      }
      let line = beginning.text;
      let between = shared.length === 0 ? "" : ",";
      for (const [, cell] of rest) {
        line += between + csvCell(cell(row));
        between = ",";
      }
      return file.write(`${line}\r\n`);
    },
    rows: () => rows,
  };
}
