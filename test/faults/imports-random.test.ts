import { test } from "vitest";
import { checkImports } from "../functional/imports-property.ts";
import { clumsily } from "./imports-random.ts";

test("any files come out as one reader would have them, though workers die and calls fail on the way", async () => {
  await checkImports({ runs: 50, seed: 20260402, importer: clumsily });
}, 120_000);
