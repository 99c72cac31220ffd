import { expect, test } from "vitest";
import type { ProgramInput } from "../../shared/access/create-program.ts";
import { auditEntry } from "../../shared/records/audit-entry.ts";
import { EVERYTHING, type ExportFilters, exportJob } from "../../shared/records/export-job.ts";
import { group, groupsPk } from "../../shared/records/group.ts";
import { manager, managerNamed } from "../../shared/records/manager.ts";
import { PARTNER_DEFAULTS, type Partnership, partnership } from "../../shared/records/partnership.ts";
import { tag, tagNamed } from "../../shared/records/tag.ts";
import { createWorld } from "./api-world.ts";

const DAY = 24 * 60 * 60 * 1000;
const known = { member_email: "ada@acme.example" };
const ALL_FILES = ["applications", "customers", "deals", "leads", "partners", "rewards", "transactions"];
const OFF = { leads_enabled: false, deals_enabled: true };

async function worldWithPartners(input: Partial<ProgramInput> = {}) {
  const world = createWorld();
  const { ledger, clock } = world;
  const { basic: authorization } = await world.start(input);
  await world.start({ key: "globex", admin_email: "eve@globex.example" });
  const at = clock();
  const commit = async (...changes: Parameters<typeof ledger.commit>[0]["changes"]) =>
    expect(await ledger.commit({ mark: "mark", changes })).toBe(true);
  const addPartner = (key: string, given: Partial<Partnership> = {}) =>
    commit({ declaration: partnership, after: { ...aPartner(key, at), ...given } });
  await commit(
    { declaration: tag, after: tagNamed("acme", "Gold", at) },
    { declaration: manager, after: managerNamed("acme", "Grace@acme.example", at) },
    { declaration: manager, after: managerNamed("acme", "Grace Hopper", at) },
    { declaration: tag, after: tagNamed("globex", "Silver", at) },
  );
  await addPartner("part_1");
  await addPartner("part_2");
  await addPartner("part_x", { program: "globex" });
  return {
    ...world,
    authorization,
    addPartner,
    ask: (body: object) =>
      world.call("POST", "/api/v2/exports/base-records", { authorization, body: { ...known, ...body } }),
    filters: async () => (await ledger.newest(exportJob, "acme", 1))[0]?.record.filters,
    /** All that a request may leave behind. */
    async traces() {
      const jobs = await ledger.newest(exportJob, "acme", 10);
      const deeds = await ledger.newest(auditEntry, "acme", 10);
      const slots = world.table.items().filter(({ pk }) => pk.includes("slots"));
      return [
        jobs.length,
        deeds.length,
        slots.length,
        world.exportQueue.messages.length,
        world.mailQueue.messages.length,
      ];
    },
  };
}

const aPartner = (key: string, at: number): Partnership => ({
  program: "acme",
  key,
  ...PARTNER_DEFAULTS,
  created_at: at,
  updated_at: at,
  partner_key: `own_${key}`,
  email: `${key}@partners.example`,
  first_name: "Ada",
  last_name: key,
  group_key: "grup_1",
  manager: null,
  tags: [],
  fields: {},
  status: "approved",
  archived: false,
  joined_at: at,
  group_joined_at: at,
});

test.each<[string, object, Partial<ExportFilters>]>([
  ["a tag, in whatever letters", { tag: "gOLD" }, { tag: "Gold" }],
  ["a manager by address", { manager: "grace@ACME.example" }, { manager: "Grace@acme.example" }],
  ["a manager by name", { manager: "grace hopper" }, { manager: "Grace Hopper" }],
  ["who is archived", { archived: true }, { archived: true }],
  ["who is not", { archived: false }, { archived: false }],
  [
    "who joined in these days",
    { joined_from: "2026-01-01", joined_to: "2026-01-31" },
    { joined_from: Date.UTC(2026, 0, 1), joined_to: Date.UTC(2026, 1, 1) - 1 },
  ],
  ["who joined since an instant", { joined_from: 5 }, { joined_from: 5 }],
  [
    "partners however they are named, each once",
    { partners: ["own_part_2", "part_1", "PART_1@partners.example", "own_part_2"] },
    { partnership_keys: ["part_2", "part_1"] },
  ],
  [
    "what the importer takes, without applications",
    { format: "import" },
    { format: "import", files: ALL_FILES.filter((name) => name !== "applications") },
  ],
  ["the bundle when nothing is said", { format: null, tag: null, partners: null, joined_to: null }, {}],
])("takes %s", async (_, body, filters) => {
  const world = await worldWithPartners();
  expect(await world.ask(body)).toMatchObject({ status: 200 });
  expect(await world.filters()).toEqual({ ...EVERYTHING, files: ALL_FILES, ...filters });
});

test("finds partners by a key that they had before", async () => {
  const world = await worldWithPartners();
  const [before] = await world.ledger.find(partnership, "acme", "key", ["part_1"]);
  const after = { ...aPartner("part_1", 1), partner_key: "renamed", email: "new@partners.example" };
  await world.ledger.commit({ mark: "renames", changes: [{ declaration: partnership, before, after }] });
  expect(await world.ask({ partners: ["own_part_1"] })).toMatchObject({ status: 200 });
  expect(await world.filters()).toMatchObject({ partnership_keys: ["part_1"] });
  expect(await world.ask({ partners: ["part_1@partners.example"] })).toMatchObject({ status: 400 });
});

test("takes as many partners as it may", async () => {
  const world = await worldWithPartners();
  const keys = Array.from({ length: 500 }, (_, index) => `many_${index}`);
  for (const key of keys) await world.addPartner(key);
  expect(await world.ask({ partners: keys })).toMatchObject({ status: 200 });
  expect((await world.filters())?.partnership_keys).toEqual(keys);
});

test.each<[string, object, string, string]>([
  ["an unknown tag", { tag: "bronze" }, "'bronze' is not a tag of this program", "tag"],
  ["another program's tag", { tag: "silver" }, "'silver' is not a tag of this program", "tag"],
  ["no tag's name", { tag: "" }, "'' is too short", "tag"],
  ["an unknown manager", { manager: "eve@x.io" }, "'eve@x.io' is not a manager in this program", "manager"],
  ["reversed joining", { joined_from: 2, joined_to: 1 }, "'joined_from' is later than 'joined_to'", "joined_from"],
  ["an impossible day", { joined_to: "2026-13-01" }, "'2026-13-01' is not a valid date", "joined_to"],
  ["another format", { format: "pdf" }, "'pdf' is not one of ['bundle', 'import']", "format"],
  [
    "applications for the importer",
    { format: "import", export_types: ["partners", "applications"] },
    "there is no applications file in the format 'import': leave 'applications' out of 'export_types'",
    "export_types",
  ],
  ["text for archived", { archived: "no" }, "'no' is not of type 'boolean'", "archived"],
  [
    "a partner who is unknown",
    { partners: ["part_1", "nobody"] },
    "'nobody': not a partner of this program",
    "partners",
  ],
  [
    "partners who are unknown, each by name",
    { partners: ["a", "part_1", "b", "part_x"] },
    "'a', 'b', 'part_x': not a partner of this program",
    "partners",
  ],
  ["an empty list of partners", { partners: [] }, "[] is too short", "partners"],
  [
    "more partners than it may",
    { partners: Array.from({ length: 501 }, (_, index) => `part_${index}`) },
    expect.stringContaining("is too long"),
    "partners",
  ],
  ["an unknown group", { group: "nobody" }, "'nobody' is not a group of this program", "group"],
  ["a foreign group", { group: "grup_x" }, "'grup_x' is not a group of this program", "group"],
])("refuses %s, and nothing is left of the request", async (_, body, message, field) => {
  const world = await worldWithPartners();
  const before = await world.traces();
  const { status, json } = await world.ask(body);
  expect([status, json]).toEqual([400, { message, status: 400, field }]);
  expect(await world.traces()).toEqual(before);
  expect(before).toEqual([0, 0, 0, 0, 0]);
});

test("refuses a name that means two partners", async () => {
  const world = await worldWithPartners();
  await world.addPartner("part_3", { partner_key: "part_1@partners.example" });
  expect(await world.ask({ partners: ["part_1@partners.example"] })).toMatchObject({
    status: 400,
    json: {
      field: "partners",
      message: "'part_1@partners.example': means more than one partner; name them by their partnership keys",
    },
  });
});

test.each<[string, Partial<ProgramInput>]>([
  ["the program has turned them off", { features: OFF }],
  [
    "every group has turned them off",
    {
      groups: [
        { name: "One", features: OFF },
        { name: "Two", features: OFF },
      ],
    },
  ],
])("leads are left out where %s, and refused by name", async (_, input) => {
  const world = await worldWithPartners(input);
  expect(await world.ask({})).toMatchObject({ status: 200 });
  expect((await world.filters())?.files).toEqual(ALL_FILES.filter((name) => name !== "leads"));
  const before = await world.traces();
  expect(await world.ask({ export_types: ["leads", "deals"] })).toMatchObject({
    status: 400,
    json: {
      field: "export_types",
      message: "leads are turned off in this program: leave 'leads' out of 'export_types'",
    },
  });
  expect(await world.traces()).toEqual(before);
});

test("leads are there as long as one group in use takes them in", async () => {
  const world = await worldWithPartners({ groups: [{ name: "One", features: OFF }, { name: "Two" }] });
  expect(await world.ask({ export_types: ["leads"] })).toMatchObject({ status: 200 });
  for await (const before of world.ledger.collection(group, groupsPk("acme"))) {
    const after = { ...before.record, archived: before.record.name === "Two" };
    await world.ledger.commit({ mark: before.record.key, changes: [{ declaration: group, before, after }] });
  }
  expect(await world.ask({ export_types: ["leads"] })).toMatchObject({ status: 400 });
});

test("says when its bundle goes, and how long it still takes", async () => {
  const world = await worldWithPartners();
  const { authorization } = world;
  const at = world.clock();
  await world.addExport({ status: "running", progress: 25, started_at: at - 10_000, finished_at: null });
  await world.addExport({ key: "exp_2", finished_at: at });
  await world.addExport({ key: "exp_3", finished_at: at, revoked_at: at });
  await world.addExport({ key: "exp_4", status: "failed", finished_at: at });
  await world.addExport({ key: "exp_5", status: "running", progress: 0, started_at: at, finished_at: null });
  const shown = [];
  for (const key of ["exp_1", "exp_2", "exp_3", "exp_4", "exp_5"]) {
    const { json } = await world.call("GET", `/api/v2/exports/${key}`, { authorization });
    shown.push(json);
  }
  expect(shown).toMatchObject([
    { data: { eta_ms: 30_000, kept_until: null } },
    { data: { eta_ms: 0, kept_until: at + DAY } },
    { data: { eta_ms: 0, kept_until: null } },
    { data: { eta_ms: 0, kept_until: null } },
    { data: { eta_ms: null, kept_until: null } },
  ]);
});
