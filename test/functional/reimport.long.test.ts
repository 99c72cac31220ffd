import { test } from "vitest";
import { checkReimport } from "./reimport.ts";

test.each([1, 2])(
  "many more programs make the same programs anew (%i)",
  async (seed) => {
    await checkReimport({ runs: 500, seed });
  },
  600_000,
);
