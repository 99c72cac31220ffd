import { test } from "vitest";
import { checkFuzzedArchives } from "./imports-archive-fuzz.ts";

test("archives of any bytes end in a report", async () => {
  await checkFuzzedArchives({ runs: 150, seed: 20260402 });
}, 120_000);
