import { test } from "vitest";
import { checkReimport } from "./reimport.ts";

test("a program's files in the importer's headers make the same program anew, and change nothing in it", async () => {
  await checkReimport({ runs: 25, seed: 20260404 });
});
