import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildFunctions } from "../../infra/build.ts";
import { functions } from "../../infra/platform.ts";

// What real functions import: Node's HTTP by every name, a client of the SDK, and a CommonJS package.
const SOURCE = `
import http, { STATUS_CODES } from "node:http";
import { request } from "https";
import { S3Client } from "@aws-sdk/client-s3";
import lazy from "./lazy.cjs";
export const handler = async () => ({ ok: STATUS_CODES[200], kinds: [http.request, request, S3Client, lazy.createHash].map((f) => typeof f) });
`;

describe("the build", () => {
  let folder = "";
  let built: (name: keyof typeof functions) => string;
  const read = async (file: string) => readFile(path.join(built("api"), file), "utf8");

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "ledger-build-"));
    await symlink(path.resolve("node_modules"), path.join(folder, "node_modules"));
    for (const name of Object.keys(functions)) {
      await mkdir(path.join(folder, "functions", name), { recursive: true });
      await writeFile(
        path.join(folder, "functions", name, "index.ts"),
        `export const handler = async (): Promise<void> => {};`,
      );
    }
    await writeFile(path.join(folder, "functions/api/index.ts"), SOURCE);
    await writeFile(
      path.join(folder, "functions/api/lazy.cjs"),
      `module.exports = { createHash: require("node:crypto").createHash };`,
    );
    built = await buildFunctions({ from: path.join(folder, "functions"), to: path.join(folder, "dist") });
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("makes one folder for each function, with the module that Lambda looks for", async () => {
    expect((await readdir(path.join(folder, "dist"))).toSorted()).toEqual(Object.keys(functions).toSorted());
    for (const name of Object.keys(functions))
      expect(await readdir(path.join(folder, "dist", name))).toContain("index.mjs");
  });

  it("makes modules that run, named imports and CommonJS included", async () => {
    const call = `console.log(JSON.stringify(await (await import(process.argv[1])).handler()))`;
    const file = path.join(built("api"), "index.mjs");
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", call, file]);
    expect(JSON.parse(stdout)).toEqual({ ok: "OK", kinds: ["function", "function", "function", "function"] });
  });

  it("never imports node:http as an ES module, which would cost a cold start 20 ms", async () => {
    const sources = await Promise.all((await readdir(built("api"))).map(read));
    expect(sources.filter((source) => /from\s*"(node:)?https?"|import\s*"(node:)?https?"/.test(source))).toEqual([]);
    expect(sources.some((source) => source.includes('getBuiltinModule("node:https")'))).toBe(true);
  });

  it("leaves what is rarely needed in files of its own", async () => {
    const imported = (await read("index.mjs")).matchAll(/(?:from|import)\s*"\.\/(\w+\.mjs)"/g);
    const loaded = new Set(Array.from(imported, ([, file]) => file));
    const lazily = (await readdir(built("api"))).filter((file) => file !== "index.mjs" && !loaded.has(file));
    expect(lazily.length).toBeGreaterThan(0);
  });
});
