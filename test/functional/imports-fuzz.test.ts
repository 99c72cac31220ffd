import { test } from "vitest";
import { checkFuzzedFiles } from "./imports-fuzz.ts";

test("files of any bytes end in a report that adds up", async () => {
  await checkFuzzedFiles({ runs: 400, seed: 20260402 });
}, 120_000);
