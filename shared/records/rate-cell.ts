import { CellProblem, type CellType, majorAmount } from "./cell.ts";
import { rate } from "./rates.ts";

/** US dollars for one unit of a currency, in a cell. */
export const rateCell: CellType<string> = {
  format: "decimal above zero, with a point",
  example: "1.0842",
  read(cell, reading) {
    const written = majorAmount.read(cell, reading);
    if (written instanceof CellProblem) return written;
    return (
      rate.safeParse(written.replace(/^\+/, "")).data ??
      new CellProblem(
        "bad_rate",
        `${JSON.stringify(cell)} is no rate`,
        "Write how many US dollars one unit is worth, above zero and with at most 12 decimals, such as 1.0842.",
      )
    );
  },
};
