import { expect, test } from "vitest";
import type { OutcomeReader } from "../../shared/api/imports/list-import-rows.ts";
import { createWorld } from "./api-world.ts";

const ROWS = "/api/v2/imports/imp_1/rows";
const ERRORS = "/api/v2/imports/imp_1/errors.csv";
const ERRORS_KEY = "reports/acme/imp_1/errors.csv";

/** Every third row failed, and is kept with its cells. */
const all = Array.from({ length: 12 }, (_, index) => ({
  row: index + 1,
  line: index + 2,
  outcome: index % 3 === 2 ? ("failed" as const) : ("created" as const),
  key: index % 3 === 2 ? null : `cus_${index}`,
  code: null,
  column: null,
  message: null,
  hint: null,
  cells: ["a secret of the row"],
}));

const outcomes: OutcomeReader = async (_, { after, limit, outcome }) => {
  const behind = all.filter(({ row, outcome: its }) => row > after && (outcome === undefined || its === outcome));
  return Promise.resolve({ items: behind.slice(0, limit), has_more: behind.length > limit });
};

async function worldWithImport() {
  const world = createWorld({ outcomes });
  const { basic: authorization } = await world.start();
  await world.addImport();
  return { ...world, get: (path: string, query = {}) => world.call("GET", path, { authorization, query }) };
}

test("lists rows in file order, page by page, up to the last", async () => {
  const { get } = await worldWithImport();
  const rows = (json: unknown) =>
    JSON.stringify(json)
      .match(/"row":\d+/g)
      ?.map((text) => Number(text.slice(6))) ?? [];
  const first = await get(ROWS);
  expect([rows(first.json), first.hasMore]).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], true]);
  const last = await get(ROWS, { starting_after: "10" });
  expect([rows(last.json), last.hasMore]).toEqual([[11, 12], false]);
  const failed = await get(ROWS, { outcome: "failed", limit: "2", starting_after: "3" });
  expect([rows(failed.json), failed.hasMore]).toEqual([[6, 9], true]);
});

test("shows an outcome with all of its fields, and never with the cells of the row", async () => {
  const { get } = await worldWithImport();
  const { json, text } = await get(ROWS, { limit: "1" });
  const { cells: _cells, ...shown } = all[0] ?? { cells: [] };
  expect(json).toEqual({ data: { items: [shown], has_more: true }, message: "Import rows retrieved", status: 200 });
  expect(text).not.toContain("secret");
});

test.each([
  [{ outcome: "lost" }, "outcome"],
  [{ starting_after: "imp_1" }, "starting_after"],
  [{ starting_after: "-1" }, "starting_after"],
  [{ ending_before: "5" }, "ending_before"],
  [{ limit: "0" }, "limit"],
])("refuses %j", async (query, field) => {
  const { get } = await worldWithImport();
  expect(await get(ROWS, query)).toMatchObject({ status: 400, json: { status: 400, field } });
});

test("gives the error file as it is", async () => {
  const { get, objects } = await worldWithImport();
  const file = "\uFEFFemail,row\r\nå@x,3\r\n";
  objects.drop(ERRORS_KEY, file);
  const { status, headers, text } = await get(ERRORS);
  expect([status, headers["content-type"], text]).toEqual([200, "text/csv; charset=utf-8", file]);
});

test("says that there is no error file where no row has failed", async () => {
  const { get } = await worldWithImport();
  expect(await get(ERRORS)).toMatchObject({
    status: 404,
    json: { message: expect.stringContaining("no row has failed") },
  });
});

test.each([
  ["larger than the API can answer", "x".repeat(5_000_001)],
  ["full of quotes, which take two characters on the way", '"'.repeat(4_000_000)],
])("redirects to a link of five minutes for an error file that is %s", async (_, file) => {
  const { get, objects, log } = await worldWithImport();
  objects.drop(ERRORS_KEY, file);
  const { status, headers, text } = await get(ERRORS);
  expect({ status, text }).toEqual({ status: 302, text: "" });
  expect(headers).toMatchObject({
    location: `https://bucket.test/${ERRORS_KEY}?minutes=5&filename=march-errors.csv`,
    "cache-control": "no-store",
  });
  expect(JSON.stringify(log.lines)).not.toContain("https://");
});
