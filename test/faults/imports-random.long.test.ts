import { test } from "vitest";
import { checkImports } from "../functional/imports-property.ts";
import { clumsily } from "./imports-random.ts";

test.each([1, 2, 3])(
  "many more files survive deaths and failures on the way (%i)",
  async (seed) => {
    await checkImports({ runs: 1000, seed, importer: clumsily });
  },
  600_000,
);
