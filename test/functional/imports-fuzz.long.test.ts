import { test } from "vitest";
import { checkFuzzedFiles } from "./imports-fuzz.ts";

test.each([1, 2, 3, 4])(
  "many more files of any bytes end in a report that adds up (%i)",
  async (seed) => {
    await checkFuzzedFiles({ runs: 2500, seed });
  },
  600_000,
);
