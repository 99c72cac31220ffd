import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { importFile } from "../../infra/import-file.ts";
import type { ApiClient } from "../../infra/local/api-client.ts";

let folder: string;
let uploads: Server;
let url: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "import-file-"));
  uploads = createServer((request, response) => void request.resume().on("end", () => response.writeHead(204).end()));
  await new Promise<void>((done) => void uploads.listen(0, "127.0.0.1", done));
  const address = uploads.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`;
});

afterEach(async () => {
  uploads.closeAllConnections();
  uploads.close();
  await rm(folder, { recursive: true });
});

const job = (status: string, failed: number, more: object = {}) => ({
  key: "imp_1",
  type: "partners",
  program: "acme",
  filename: "all.zip",
  status,
  rows: { total: 4, processed: 4, created: 4 - failed, failed },
  reason: null,
  effects: { rewards: 0, mails: 0, moves: 0 },
  reward_amounts: {},
  options: { dry_run: false },
  warnings: [],
  ...more,
});

/** An API that answers each path with this. */
function apiOf(answers: Readonly<Record<string, object>>): ApiClient {
  return {
    ask: async (method, path) => Promise.resolve(JSON.parse(JSON.stringify(answers[`${method} ${path}`]))),
    document: async () => Promise.reject(new Error("no document was to be asked for")),
  };
}

test.each([
  ["every file went in", job("completed", 0), ["completed", "completed"], 0],
  ["rows failed", job("completed", 1), ["completed", "completed"], 1],
  ["a file failed", job("completed", 0), ["completed", "failed"], 2],
  ["a file and rows failed", job("completed", 1), ["failed", "completed"], 2],
  ["all files failed", job("failed", 0), ["failed", "failed"], 2],
])("an archive of which %s ends with its code", async (_, archive, files, code) => {
  const file = join(folder, "all.zip");
  await writeFile(file, "zip");
  const api = apiOf({
    "POST /imports": { ...archive, upload: { url, fields: { key: "x" } } },
    "GET /imports/imp_1": archive,
    "GET /imports?archive_key=imp_1&limit=50": { items: files.map((status) => job(status, 0)) },
  });
  const told: string[] = [];
  const screen = { line: (text: string) => void told.push(text), progress: () => undefined, done: () => undefined };
  const wanted = { file, type: "archive", program: undefined, options: {}, errors: undefined, isTerminal: false };
  expect(await importFile(api, wanted, screen)).toBe(code);
  expect(told.filter((line) => line.includes("partners"))).toHaveLength(2);
});
