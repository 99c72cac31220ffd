import { expect, test } from "vitest";
import { anImportJob, createWorld } from "./api-world.ts";

const IMPORTS = "/api/v2/imports";

/** Jobs `imp_00`, `imp_01`, ..., of which each two were made in the same millisecond. */
async function worldWith(count: number) {
  const world = createWorld();
  const { basic: authorization } = await world.start();
  const keys = Array.from({ length: count }, (_, index) => `imp_${String(index).padStart(2, "0")}`);
  for (const [index, key] of keys.entries()) await world.addImport({ key, created_at: 1_000 + Math.floor(index / 2) });
  const get = (query: Record<string, string> = {}) => world.call("GET", IMPORTS, { authorization, query });
  return { world, authorization, newestFirst: keys.toReversed(), get };
}

test("gives the newest ten, in the envelope", async () => {
  const { newestFirst, get } = await worldWith(11);
  const { status, keys, hasMore, json } = await get();
  expect([status, keys, hasMore]).toEqual([200, newestFirst.slice(0, 10), true]);
  expect(json).toMatchObject({ message: "Imports retrieved", status: 200 });
});

test("an empty list has no more", async () => {
  const { get } = await worldWith(0);
  expect(await get()).toMatchObject({ status: 200, keys: [], hasMore: false });
});

test("starting_after goes through all of it, to the last page and the empty one behind it", async () => {
  const { newestFirst, get } = await worldWith(23);
  const seen: unknown[] = [];
  let page = await get({ limit: "5" });
  seen.push(...page.keys);
  while (page.hasMore) {
    page = await get({ limit: "5", starting_after: String(seen.at(-1)) });
    seen.push(...page.keys);
  }
  expect(seen).toEqual(newestFirst);
  expect(page.keys).toHaveLength(3);
  expect(await get({ starting_after: String(seen.at(-1)) })).toMatchObject({ status: 200, keys: [], hasMore: false });
});

test("a last page that is full has no more", async () => {
  const { newestFirst, get } = await worldWith(10);
  expect(await get({ limit: "5", starting_after: newestFirst[4] ?? "" })).toMatchObject({
    keys: newestFirst.slice(5),
    hasMore: false,
  });
});

test("ending_before goes back up the same way", async () => {
  const { newestFirst, get } = await worldWith(23);
  expect(await get({ limit: "5", ending_before: newestFirst[12] ?? "" })).toMatchObject({
    keys: newestFirst.slice(7, 12),
    hasMore: true,
  });
  expect(await get({ limit: "5", ending_before: newestFirst[3] ?? "" })).toMatchObject({
    keys: newestFirst.slice(0, 3),
    hasMore: false,
  });
  expect(await get({ ending_before: newestFirst[0] ?? "" })).toMatchObject({ keys: [], hasMore: false });
});

test("a page stays where it is when newer jobs arrive", async () => {
  const { world, newestFirst, get } = await worldWith(8);
  const query = { limit: "3", starting_after: newestFirst[2] ?? "" };
  const before = await get(query);
  await world.addImport({ key: "imp_99", created_at: 9_000 });
  expect((await get(query)).text).toBe(before.text);
});

test("250 is the most, and one item is enough", async () => {
  const { newestFirst, get } = await worldWith(3);
  expect(await get({ limit: "250" })).toMatchObject({ status: 200, keys: newestFirst });
  expect(await get({ limit: "1" })).toMatchObject({ keys: newestFirst.slice(0, 1), hasMore: true });
});

test.each([
  [{ limit: "0" }, "0 is less than the minimum of 1", "limit"],
  [{ limit: "-1" }, "-1 is less than the minimum of 1", "limit"],
  [{ limit: "251" }, "251 is greater than the maximum of 250", "limit"],
  [{ limit: "ten" }, "'ten' is not of type 'integer'", "limit"],
  [{ limit: "1.5" }, "'1.5' is not of type 'integer'", "limit"],
  [{ limit: "5,5" }, "'5,5' is not of type 'integer'", "limit"],
  [{ limit: "" }, "'' is not of type 'integer'", "limit"],
  [{ starting_after: "a", ending_before: "b" }, expect.stringContaining("cannot be used together"), "ending_before"],
  [{ starting_after: "imp_x" }, "'starting_after' is the key of no item of this list", "starting_after"],
  [{ ending_before: "imp_x" }, "'ending_before' is the key of no item of this list", "ending_before"],
  [{ starting_after: "" }, "'starting_after' is the key of no item of this list", "starting_after"],
  [{ starting_after: "x".repeat(3000) }, "'starting_after' is the key of no item of this list", "starting_after"],
])("refuses %j", async (query, message, field) => {
  const { get } = await worldWith(1);
  const { status, json } = await get(query);
  expect([status, json]).toEqual([400, { message, status: 400, field }]);
});

test("ignores names in the query that it does not know", async () => {
  const { get } = await worldWith(1);
  expect(await get({ order_by: "-created_at", colour: "red" })).toMatchObject({ status: 200, keys: ["imp_00"] });
});

test("shows one import with its counts, its percent, and nulls in place", async () => {
  const { world, authorization } = await worldWith(0);
  const rows = { ...anImportJob().rows, processed: 1 };
  const started_at = world.clock() - 2_000;
  const job = await world.addImport({ status: "running", rows, started_at, finished_at: null });
  const { json } = await world.call("GET", `${IMPORTS}/imp_1`, { authorization });
  const { parts: _parts, parts_done: _done, ...shown } = job;
  expect(json).toEqual({
    data: { ...shown, percent: 25, rows_per_second: 0.5, upload_expires_at: null, eta_ms: 6_000 },
    message: "Import retrieved",
    status: 200,
  });
});

test("gives only the imports of a status or a type, page by page", async () => {
  const { world, get } = await worldWith(0);
  const statuses = ["failed", "completed", "running"] as const;
  for (let at = 0; at < 600; at++) {
    const key = `imp_${String(at).padStart(3, "0")}`;
    const type = at % 2 === 0 ? "partners" : "rewards";
    await world.addImport({ key, created_at: 1_000 + at, type, status: statuses[at % 3] ?? "failed" });
  }
  const asked = { status: "failed", type: "partners" };
  const expected = Array.from({ length: 100 }, (_, at) => `imp_${String(at * 6).padStart(3, "0")}`).toReversed();
  const seen: unknown[] = [];
  let page = await get({ ...asked, limit: "30" });
  seen.push(...page.keys);
  while (page.hasMore) {
    page = await get({ ...asked, limit: "30", starting_after: String(seen.at(-1)) });
    seen.push(...page.keys);
  }
  expect(seen).toEqual(expected);
  expect(await get({ ...asked, limit: "250" })).toMatchObject({ keys: expected, hasMore: false });
  const back = { ...asked, limit: "3", ending_before: String(expected[50]) };
  expect(await get(back)).toMatchObject({ keys: expected.slice(47, 50), hasMore: true });
  expect(await get({ ...asked, ending_before: String(expected[2]) })).toMatchObject({
    keys: expected.slice(0, 2),
    hasMore: false,
  });
  expect(await get({ type: "leads" })).toMatchObject({ status: 200, keys: [], hasMore: false });
  expect(await get({ status: "done" })).toMatchObject({ status: 400, json: { field: "status" } });
});

test("lists and shows exports alike", async () => {
  const { world, authorization } = await worldWith(0);
  const { checkpoint: _checkpoint, ...fields } = await world.addExport();
  const shown = { ...fields, eta_ms: 0, kept_until: (fields.finished_at ?? 0) + 24 * 60 * 60 * 1000 };
  expect(await world.call("GET", "/api/v2/exports", { authorization })).toMatchObject({
    keys: ["exp_1"],
    hasMore: false,
  });
  const { json } = await world.call("GET", "/api/v2/exports/exp_1", { authorization });
  expect(json).toEqual({ data: shown, message: "Export retrieved", status: 200 });
});
