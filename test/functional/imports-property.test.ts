import { test } from "vitest";
import { checkImports } from "./imports-property.ts";

test("files in parts, shuffled, shared and redelivered, come out as one reader from top to bottom would have it", async () => {
  await checkImports({ runs: 100, seed: 20260401 });
}, 120_000);
