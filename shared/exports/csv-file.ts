import type { Bundle, BundleRow } from "../records/bundle.ts";
import { csvLine } from "../write-csv.ts";
import type { BundleFile } from "./zip-bundle.ts";

/** One file of a bundle being written: rows in, lines out. */
export interface CsvFile<Subject> {
  write(row: BundleRow<Subject>): Promise<void>;
  rows(): number;
}

/** Starts with the header line, so that even a file without rows tells its columns. */
export async function openCsvFile<Subject>(file: BundleFile, { columns }: Bundle<Subject>): Promise<CsvFile<Subject>> {
  const cells = Object.values(columns);
  let rows = 0;
  await file.write(csvLine(Object.keys(columns)));
  return {
    async write(row) {
      rows += 1;
      await file.write(csvLine(cells.map((cell) => cell(row))));
    },
    rows: () => rows,
  };
}
