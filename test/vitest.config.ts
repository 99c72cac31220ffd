import path from "node:path";
import { configDefaults, defineConfig } from "vitest/config";

const long = process.env["LONG"] === "1";

export default defineConfig({
  root: path.resolve(import.meta.dirname, ".."),
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, "test/bench/**", ...(long ? [] : ["test/**/*.long.test.ts"])],
    // Tests start servers and child processes of their own: two at a time leave room for these on a small machine.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
