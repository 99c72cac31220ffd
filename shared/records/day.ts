import { CellProblem, type CellType, instant } from "./cell.ts";
import { utcDay } from "./utc-day.ts";

/** A date without a time, as `YYYY-MM-DD`; written in any way that an instant may be. */
export const day: CellType<string> = {
  format: "YYYY-MM-DD",
  example: instant.example,
  ...(instant.dateOrderOf && { dateOrderOf: instant.dateOrderOf }),
  read(cell, reading) {
    const at = instant.read(cell, reading);
    return at instanceof CellProblem ? at : utcDay(at);
  },
};
