import { expect, test } from "vitest";
import { childKey, planKey } from "../../shared/imports/drop.ts";
import type { ImportJob } from "../../shared/records/import-job.ts";
import { createWorld } from "./api-world.ts";

const IMPORTS = "/api/v2/imports";
const ARCHIVE = "imp_zip";
const CHILDREN = [0, 1, 2].map((at) => childKey(ARCHIVE, at));
const TYPES = ["partners", "customers", "rewards"] as const;

/** An archive of three files that have been imported, the second of which has failed. */
async function withArchive(archive: Partial<ImportJob> = {}) {
  const world = createWorld();
  const { basic: authorization } = await world.start();
  await world.addImport({ key: ARCHIVE, type: "archive", filename: "all.zip", parts: 3, ...archive });
  for (const [at, key] of CHILDREN.entries()) {
    const status = at === 1 ? "failed" : "completed";
    await world.addImport({ key, type: TYPES[at] ?? null, status, archive_key: ARCHIVE, created_at: 1_000 + at });
  }
  const call = (method: string, path: string, query: Readonly<Record<string, string>> = {}) =>
    world.call(method, path, { authorization, query });
  return { ...world, authorization, ask: world.call, call };
}

test.each<readonly [query: Record<string, string>, keys: readonly number[], hasMore: boolean]>([
  [{}, [2, 1, 0], false],
  [{ limit: "2" }, [2, 1], true],
  [{ limit: "2", starting_after: CHILDREN[1] ?? "" }, [0], false],
  [{ limit: "1", ending_before: CHILDREN[0] ?? "" }, [1], true],
  [{ ending_before: CHILDREN[1] ?? "" }, [2], false],
  [{ status: "completed" }, [2, 0], false],
  [{ type: "customers", status: "failed" }, [1], false],
])("the imports of an archive are listed, the newest first: %o", async (query, at, hasMore) => {
  const { call } = await withArchive();
  const { status, keys, hasMore: more } = await call("GET", IMPORTS, { archive_key: ARCHIVE, ...query });
  expect([status, keys, more]).toEqual([200, at.map((index) => CHILDREN[index]), hasMore]);
});

test("no archive, and that of another program, have no imports", async () => {
  const { ask, call, start } = await withArchive();
  const { basic: authorization } = await start({ key: "globex", name: "Globex", admin_email: "g@globex.example" });
  const query = { archive_key: ARCHIVE };
  expect(await ask("GET", IMPORTS, { authorization, query })).toMatchObject({ status: 200, keys: [] });
  for (const archive_key of ["imp_none", CHILDREN[0] ?? ""])
    expect(await call("GET", IMPORTS, { archive_key })).toMatchObject({ status: 200, keys: [], hasMore: false });
});

test("a cursor of another list is none of an archive's", async () => {
  const { call } = await withArchive();
  expect(await call("GET", IMPORTS, { archive_key: ARCHIVE, starting_after: ARCHIVE })).toMatchObject({
    status: 400,
    json: { field: "starting_after" },
  });
});

test.each(["errors.csv", "rows", "effects", "undo"])("the %s of an archive are those of its imports", async (what) => {
  const { call } = await withArchive();
  expect(await call("GET", `${IMPORTS}/${ARCHIVE}/${what}`)).toMatchObject({
    status: 409,
    json: { message: expect.stringContaining(`GET ${IMPORTS}?archive_key=${ARCHIVE}`) },
  });
});

test("undoing an archive begins with its last file, and its files tell so", async () => {
  const { call, objects, ports } = await withArchive();
  for (const key of CHILDREN) objects.drop(planKey("acme", key), JSON.stringify({ parts: [], rows: 4, triggers: [] }));
  expect(await call("POST", `${IMPORTS}/${ARCHIVE}/undo`)).toMatchObject({
    status: 200,
    json: { data: { key: ARCHIVE, undo: { status: "running" } } },
  });
  expect(ports.importQueue.messages).toEqual([{ step: "undo", program: "acme", key: CHILDREN[2], at: 0 }]);
  expect(await call("POST", `${IMPORTS}/${CHILDREN[0]}/undo`)).toMatchObject({ status: 409 });
});

test.each<readonly [why: string, archive: Partial<ImportJob>, words: string]>([
  ["it runs", { status: "running" }, "the import is running: cancel it first"],
  [
    "nothing was changed",
    { rows: { total: 0, processed: 0, created: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0 } },
    "the import has changed nothing",
  ],
  ["reports are gone", {}, `the reports of its import ${CHILDREN[0]} are gone`],
])("an archive is not undone when %s, and the answer tells so", async (_, archive, words) => {
  const { call, ports } = await withArchive(archive);
  expect(await call("POST", `${IMPORTS}/${ARCHIVE}/undo`)).toMatchObject({
    status: 409,
    json: { message: expect.stringContaining(words) },
  });
  expect(ports.importQueue.messages).toEqual([]);
});

test("looking for what is rare ends after so many imports, and goes on from there", async () => {
  const world = createWorld();
  const { basic: authorization } = await world.start();
  for (let at = 0; at < 2600; at++) {
    const key = `imp_${String(at).padStart(4, "0")}`;
    await world.addImport({ key, created_at: 1_000 + at, status: at === 5 || at === 2590 ? "failed" : "completed" });
  }
  const get = (query: Record<string, string>) =>
    world.call("GET", IMPORTS, { authorization, query: { status: "failed", ...query } });
  const first = await get({});
  expect([first.keys, first.hasMore]).toEqual([["imp_2590"], true]);
  expect(first.json).toMatchObject({ data: { looked_to: "imp_0100" } });
  const second = await get({ starting_after: "imp_0100" });
  expect([second.keys, second.hasMore]).toEqual([["imp_0005"], false]);
  expect(second.json).not.toHaveProperty("data.looked_to");
  const back = await get({ ending_before: "imp_0000" });
  expect([back.keys, back.hasMore]).toEqual([["imp_0005"], true]);
  expect(back.json).toMatchObject({ data: { looked_to: "imp_2500" } });
  const full = await get({ limit: "1" });
  expect([full.keys, full.hasMore]).toEqual([["imp_2590"], true]);
});
