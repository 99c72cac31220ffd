import { test } from "vitest";
import { checkImports } from "./imports-property.ts";

test.each([1, 2, 3, 4])(
  "many more files of every kind come out as one reader would have it (%i)",
  async (seed) => {
    await checkImports({ runs: 1500, seed });
  },
  600_000,
);
