import { CallerError } from "../../errors.ts";
import { tableCell, type TableColumns } from "../../partners/table-column.ts";
import { csvLine } from "../../write-csv.ts";
import { type Answer, document } from "../envelope.ts";

/** A function answers with 6 MB at most, the file as a string of JSON and what is around it included. */
const MOST_BYTES = 5_500_000;

/** A file of rows as an answer; refuses one that is too large, as early as it is. */
export async function csvAnswer<Row>(
  columns: TableColumns<Row>,
  rows: AsyncIterable<Row> | Iterable<Row>,
  most = MOST_BYTES,
): Promise<Answer> {
  const cells = Object.values(columns);
  const lines = [csvLine(Object.keys(columns))];
  let bytes = 0;
  for await (const row of rows) {
    const line = csvLine(cells.map((column) => tableCell(column, row)));
    bytes += Buffer.byteLength(JSON.stringify(line));
    if (bytes > most) throw tooLarge();
    lines.push(line);
  }
  return document("text/csv; charset=utf-8", lines.join(""));
}

const tooLarge = (): CallerError =>
  new CallerError(
    "too_large",
    "the file is larger than one answer can be: narrow the list, or ask for an export (POST /api/v2/exports/base-records)",
    "format",
  );
