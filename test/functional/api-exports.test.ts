import { expect, test } from "vitest";
import { EVERYTHING, exportJob } from "../../shared/records/export-job.ts";
import type { ExportMessage } from "../../shared/exports/export-bundle.ts";
import { createMemoryQueue } from "../fakes/memory-queue.ts";
import { anExportJob, type Call, createWorld } from "./api-world.ts";

const PATH = "/api/v2/exports/base-records";
const known = { member_email: "ada@acme.example" };
const NOON = Date.UTC(2026, 3, 1, 12);

const ALL_FILES = ["applications", "customers", "deals", "leads", "partners", "rewards", "transactions"];

async function worldWithTeam(options: Parameters<typeof createWorld>[0] = {}) {
  const world = createWorld(options);
  const { basic: authorization } = await world.start({ groups: [{ name: "Default" }, { name: "Agencies" }] });
  await world.hire("acme", { email: "bo@acme.example" });
  await world.hire("acme", { email: "cy@acme.example", permissions: ["exports:create"] });
  await world.start({ key: "globex", admin_email: "eve@globex.example" });
  const post = (body?: unknown, call: Call = {}) => world.call("POST", PATH, { authorization, body, ...call });
  const jobs = async () => (await world.ledger.newest(exportJob, "acme", 10)).map(({ record }) => record);
  return { ...world, authorization, post, jobs };
}

test("makes a job of this instant, queues it, and answers it", async () => {
  const { post, jobs, exportQueue, clock } = await worldWithTeam();
  clock.set(NOON);
  const { status, json } = await post({ member_email: "ADA@acme.example" });
  const [job] = await jobs();
  expect(job).toMatchObject({
    program: "acme",
    status: "queued",
    as_of: NOON,
    filters: { ...EVERYTHING, files: ALL_FILES },
    files: [],
    progress: 0,
    requested_by: expect.stringMatching(/^pk_/),
    member_email: "ada@acme.example",
  });
  expect(job?.key).toMatch(/^exp_/);
  expect(exportQueue.messages).toEqual([{ program: "acme", key: job?.key }]);
  const { checkpoint: _checkpoint, ...fields } = job ?? { checkpoint: null };
  const data = { ...fields, eta_ms: null, kept_until: null };
  expect([status, json]).toEqual([200, { data, message: "Export requested", status: 200 }]);
});

test.each([
  ["all time, whatever the dates say", { all_time: true, from: 5, to: 9 }, { all_time: true, from: null, to: null }],
  ["all time when no dates are given", { all_time: false }, { all_time: true, from: null, to: null }],
  ["from a date on", { from: 5 }, { all_time: false, from: 5, to: null }],
  ["up to a date", { to: 9, from: null }, { all_time: false, from: null, to: 9 }],
  ["between two dates", { from: 5, to: 9 }, { all_time: false, from: 5, to: 9 }],
  [
    "whole days",
    { from: "2026-03-01", to: "2026-03-31" },
    { all_time: false, from: Date.UTC(2026, 2, 1), to: Date.UTC(2026, 3, 1) - 1 },
  ],
  ["one day", { from: "2026-03-01", to: "2026-03-01" }, { from: Date.UTC(2026, 2, 1), to: Date.UTC(2026, 2, 2) - 1 }],
])("takes %s", async (_, body, filters) => {
  const { post, jobs } = await worldWithTeam();
  expect(await post({ member_email: "ada@acme.example", ...body })).toMatchObject({ status: 200 });
  expect(await jobs()).toMatchObject([{ filters }]);
});

test.each<[string, unknown, readonly string[]]>([
  ["the files named", { export_types: ["partners", "rewards"] }, ["partners", "rewards"]],
  ["one file", { export_types: ["deals"] }, ["deals"]],
  [
    "files in the order of the bundle",
    { export_types: ["transactions", "leads", "customers"] },
    ["customers", "leads", "transactions"],
  ],
  ["a file named twice once", { export_types: ["rewards", "partners", "rewards"] }, ["partners", "rewards"]],
  ["all files when none is named", { export_types: [] }, ALL_FILES],
  ["all files when nothing is said of them", { export_types: null }, ALL_FILES],
])("takes %s", async (_, body, files) => {
  const { post, jobs } = await worldWithTeam();
  const { json } = await post({ member_email: "ada@acme.example", ...Object(body) });
  expect(json).toMatchObject({ data: { filters: { files } }, status: 200 });
  expect((await jobs()).map(({ filters }) => filters.files)).toEqual([files]);
});

test("a job that cannot be queued is failed, and does not look as if it were waiting", async () => {
  const send = () => Promise.reject(new Error("the queue is gone"));
  const { post, jobs } = await worldWithTeam({ exportQueue: { ...createMemoryQueue<ExportMessage>(), send } });
  expect(await post(known)).toMatchObject({ status: 500 });
  expect(await jobs()).toMatchObject([
    { status: "failed", reason: "It could not be queued. Ask for it again.", finished_at: expect.any(Number) },
  ]);
});

test("a job that was taken up, though its queueing was not answered, stays as it is", async () => {
  const queue = createMemoryQueue<ExportMessage>();
  const { post, jobs, ledger } = await worldWithTeam({
    exportQueue: {
      ...queue,
      async send(messages) {
        for (const message of messages) {
          await ledger.advance(exportJob, anExportJob(message), { set: { status: "completed", progress: 100 } });
        }
        throw new Error("no answer");
      },
    },
  });
  expect(await post(known)).toMatchObject({ status: 500 });
  expect(await jobs()).toMatchObject([{ status: "completed", progress: 100, reason: null }]);
});

test("finds the group by slug or by key", async () => {
  const { post, jobs } = await worldWithTeam();
  await post({ member_email: "ada@acme.example", group: "AGENCIES" });
  const [bySlug] = await jobs();
  const group = bySlug?.filters.group_key ?? "";
  expect(group).toMatch(/^grup_/);
  await post({ member_email: "ada@acme.example", group });
  expect((await jobs()).map(({ filters }) => filters.group_key)).toEqual([group, group]);
});

test("mails teammates whose permissions allow exports, and nobody else", async () => {
  const { post, jobs, exportQueue } = await worldWithTeam();
  expect(await post({ member_email: "cy@acme.example" })).toMatchObject({ status: 200 });
  const refused = [];
  for (const member_email of ["bo@acme.example", "nobody@acme.example", "eve@globex.example"]) {
    refused.push(await post({ member_email }));
  }
  expect(new Set(refused.map(({ status, text }) => `${status} ${text}`))).toEqual(
    new Set(['403 {"message":"Forbidden","status":403}']),
  );
  expect(await jobs()).toHaveLength(1);
  expect(exportQueue.messages).toHaveLength(1);
});

test.each<[string, unknown, string, string | undefined]>([
  ["no body", undefined, "'member_email' is a required property", "member_email"],
  ["an empty object", {}, "'member_email' is a required property", "member_email"],
  ["a list", [], "[] is not of type 'object'", undefined],
  ["null", null, "null is not of type 'object'", undefined],
  ["a number for an address", { member_email: 1 }, "1 is not of type 'string'", "member_email"],
  [
    "an unknown type",
    { ...known, export_types: ["deals", "coupons"] },
    expect.stringMatching(/^'coupons' is not one of \['applications'/),
    "export_types.1",
  ],
  ["text for types", { ...known, export_types: "deals" }, "'deals' is not of type 'array'", "export_types"],
  ["text for a flag", { ...known, all_time: "yes" }, "'yes' is not of type 'boolean'", "all_time"],
  ["a fraction of a millisecond", { ...known, from: 1.5 }, "1.5 is not of type 'integer'", "from"],
  ["a date in words", { ...known, from: "last week" }, "'last week' is not a valid date", "from"],
  ["a day that no calendar has", { ...known, from: "2026-02-30" }, "'2026-02-30' is not a valid date", "from"],
  ["a date with a time", { ...known, to: "2026-01-01T00:00:00Z" }, expect.stringContaining("valid date"), "to"],
  ["a day before 1970", { ...known, from: "1969-12-31" }, "'1969-12-31' is before 1970-01-01", "from"],
  ["a flag for a date", { ...known, to: true }, "true is not of type 'number'", "to"],
  ["a date beyond the calendar", { ...known, to: 9e15 }, expect.stringContaining("is greater than the maximum"), "to"],
  ["reversed dates", { ...known, from: 9, to: 5 }, "'from' is later than 'to'", "from"],
  ["reversed days", { ...known, from: "2026-03-02", to: "2026-03-01" }, "'from' is later than 'to'", "from"],
  ["an unknown group", { ...known, group: "nobody" }, "'nobody' is not a group of this program", "group"],
  ["no group's name", { ...known, group: "" }, "'' is not a group of this program", "group"],
])("refuses %s", async (_, body, message, field) => {
  const { post, jobs, exportQueue } = await worldWithTeam();
  const { status, json } = await post(body);
  expect([status, json]).toEqual([400, { message, status: 400, ...(field !== undefined && { field }) }]);
  expect([await jobs(), exportQueue.messages]).toEqual([[], []]);
});

test.each<[string, Call, number]>([
  ["broken JSON", { rawBody: '{"member_email":' }, 400],
  ["another content type", { rawBody: "member_email=ada", contentType: "application/x-www-form-urlencoded" }, 415],
  ["a type that only looks like JSON", { rawBody: "{}", contentType: "application/jsonx" }, 415],
  ["more than a megabyte", { rawBody: JSON.stringify({ member_email: "a".repeat(1_048_576) }) }, 413],
])("refuses %s", async (_, call, status) => {
  const { post, jobs } = await worldWithTeam();
  expect(await post(undefined, call)).toMatchObject({ status, json: { status, message: expect.any(String) } });
  expect(await jobs()).toEqual([]);
});

test("takes JSON in any of its content types", async () => {
  const { post } = await worldWithTeam();
  for (const contentType of ["application/json; charset=utf-8", "Application/JSON", "application/vnd.api+json"]) {
    expect(await post(known, { contentType })).toMatchObject({ status: 200 });
  }
});

test("does not mind a content type on a request without a body", async () => {
  const { call, authorization } = await worldWithTeam();
  const reply = await call("GET", "/api/v2/exports", { authorization, contentType: "text/plain" });
  expect(reply).toMatchObject({ status: 200 });
});
