import { test } from "vitest";
import { checkFuzzedArchives } from "./imports-archive-fuzz.ts";

test.each([1, 2, 3, 4])(
  "many more archives of any bytes end in a report (%i)",
  async (seed) => {
    await checkFuzzedArchives({ runs: 2500, seed });
  },
  600_000,
);
