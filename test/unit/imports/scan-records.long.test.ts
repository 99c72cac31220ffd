import { test } from "vitest";
import { checkPlans, checkRecords } from "./scan-property.ts";

test.each([1, 2, 3, 4])(
  "many more files are read and planned as csv-parse alone reads them (%i)",
  async (seed) => {
    await checkRecords({ runs: 60_000, seed });
    await checkPlans({ runs: 25_000, seed });
  },
  900_000,
);
