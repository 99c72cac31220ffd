import fc from "fast-check";
import { test } from "vitest";
import { asOfProperty } from "./as-of-property.ts";

test(
  "a bundle shows the program as it was at its cut-off, in thousands of histories",
  { timeout: 900_000 },
  async () => {
    await fc.assert(asOfProperty, { numRuns: 5000 });
  },
);
