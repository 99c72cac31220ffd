import { expect, test } from "vitest";
import { authenticate } from "../../shared/access/authenticate.ts";
import { createProgram, type ProgramInput } from "../../shared/access/create-program.ts";
import { ALL_FEATURES } from "../../shared/records/features.ts";
import { type Group, group, GROUP_DEFAULTS } from "../../shared/records/group.ts";
import { program } from "../../shared/records/program.ts";
import { teammatePlace } from "../../shared/records/teammate.ts";
import { basic, createWorld } from "./api-world.ts";

const input: ProgramInput = { key: "acme", name: "Acme", admin_email: "ada@acme.example" };

const groupsOf = async ({ ledger }: ReturnType<typeof createWorld>) => {
  const groups = [];
  for await (const { record } of ledger.collection(group, "acme/groups")) groups.push(record);
  return groups;
};

test("makes the program, its default group, a key pair, and an admin with a token", async () => {
  const world = createWorld();
  const made = await createProgram(world.access, input);
  const [stored] = await world.ledger.read(program, [{ pk: "acme/program", sk: "#" }]);
  expect(stored?.record).toEqual(made.program);
  expect(made.program).toMatchObject({ key: "acme", program: "acme", currency: "USD", rates: { USD: "1" } });
  expect(await groupsOf(world)).toMatchObject([{ name: "Default", slug: "default", default: true, archived: false }]);
  const { publicKey, secretKey, teammates } = made;
  expect(await authenticate(world, basic(publicKey, secretKey))).toMatchObject({ program: "acme", kind: "key" });
  expect(teammates).toMatchObject([{ email: "ada@acme.example", role: "admin" }]);
  expect(await authenticate(world, `Bearer ${teammates[0]?.token}`)).toMatchObject({ program: "acme", role: "admin" });
});

test("takes groups and rates as given, and makes exactly one group the default", async () => {
  const world = createWorld();
  const rates = { EUR: "1.0842" };
  const groups = [{ name: "Affiliates" }, { name: "Referral Partners", slug: "referralpartners" }];
  const made = await createProgram(world.access, { ...input, currency: "EUR", rates, groups });
  expect(made.program).toMatchObject({ currency: "EUR", rates: { USD: "1", EUR: "1.0842" } });
  expect((await groupsOf(world)).map(({ slug, default: isDefault }) => [slug, isDefault])).toEqual([
    ["affiliates", true],
    ["referralpartners", false],
  ]);
  const [found] = await world.ledger.find(group, "acme", "slug", ["referralpartners"]);
  expect(found?.record.name).toBe("Referral Partners");
});

test("takes in leads and deals by the usual forms unless told otherwise", async () => {
  const world = createWorld();
  const { program: made } = await createProgram(world.access, input);
  expect(made).toMatchObject({
    features: ALL_FEATURES,
    partner_fields: [],
    customer_fields: [],
  });
  const [only] = await groupsOf(world);
  const asked = (form: Group["lead_form"] = []) => form.map(({ api_name, required }) => [api_name, required]);
  expect(only?.features).toEqual(ALL_FEATURES);
  expect(asked(only?.lead_form)).toEqual([
    ["first_name", true],
    ["last_name", true],
    ["email", true],
    ["company", true],
    ["notes", false],
  ]);
  expect(asked(only?.deal_form)).toEqual([
    ["amount", true],
    ["close_date", true],
    ["stage", true],
  ]);
  expect(only?.lead_statuses.map(({ name }) => name)).toEqual(["open", "closed", "dead", "closed won", "closed lost"]);
  expect(only?.deal_stages).toEqual([
    { name: "Closed won", api_name: "closed_won" },
    { name: "Working", api_name: "working" },
    { name: "Negotiating", api_name: "negotiating" },
  ]);
});

test("takes forms, stages and fields as given; what a deal form always asks for stays", async () => {
  const world = createWorld();
  const made = await createProgram(world.access, {
    ...input,
    features: { deals_enabled: false },
    partner_fields: [{ api_name: "staff_size", type: "number", required: true }],
    customer_fields: [{ api_name: "plan", label: "Plan", type: "choice", options: ["Free", "Team"] }],
    groups: [
      {
        name: "Affiliates",
        features: { leads_enabled: false },
        lead_form: [{ api_name: "email", required: true }],
        deal_form: [
          { api_name: "stage", label: "Phase", required: true },
          { api_name: "region", required: true },
        ],
        lead_statuses: [{ name: "New" }, { name: "Won!", api_name: "won" }],
        deal_stages: [{ name: "Contract sent" }],
      },
    ],
  });
  expect(made.program).toMatchObject({
    features: { ...ALL_FEATURES, deals_enabled: false },
    partner_fields: [{ api_name: "staff_size", label: "staff size", type: "number", required: true, options: [] }],
    customer_fields: [{ api_name: "plan", label: "Plan", type: "choice", required: false, options: ["Free", "Team"] }],
  });
  const text = { type: "text", options: [] };
  expect(await groupsOf(world)).toMatchObject([
    {
      features: { ...ALL_FEATURES, leads_enabled: false },
      lead_form: [{ api_name: "email", label: "email", type: "email", required: true, options: [] }],
      deal_form: [
        { api_name: "amount", required: true },
        { api_name: "close_date", required: true },
        { ...text, api_name: "stage", label: "Phase", required: true },
        { ...text, api_name: "region", label: "region", required: true },
      ],
      lead_statuses: [
        { name: "New", api_name: "new" },
        { name: "Won!", api_name: "won" },
      ],
      deal_stages: [{ name: "Contract sent", api_name: "contract_sent" }],
    },
  ]);
});

test("a program and a group of before there were forms read as usual ones", async () => {
  const world = createWorld();
  await createProgram(world.access, input);
  const late = ["features", "partner_fields", "customer_fields", "link_base"];
  const lateOfGroup = ["features", "lead_form", "deal_form", "lead_statuses", "deal_stages", "offers"];
  for (const item of world.table.items()) {
    const { kept, gone } = { kept: { ...item }, gone: item["_kind"] === "group" ? lateOfGroup : late };
    for (const name of gone) delete kept[name];
    await world.table.write({ put: kept });
  }
  const [stored] = await world.ledger.read(program, [{ pk: "acme/program", sk: "#" }]);
  expect(stored?.record).toMatchObject({ features: ALL_FEATURES, partner_fields: [], link_base: null });
  expect(await groupsOf(world)).toMatchObject([GROUP_DEFAULTS]);
});

test("refuses a program that exists, and changes nothing", async () => {
  const world = createWorld();
  await createProgram(world.access, input);
  const before = world.table.items();
  for (const again of [input, { ...input, name: "Other" }]) {
    await expect(createProgram(world.access, again)).rejects.toMatchObject({ refusal: "conflict", field: "key" });
  }
  expect(world.table.items()).toEqual(before);
});

test("killed at any write and repeated, it comes out the same", async () => {
  const undisturbed = createWorld();
  await createProgram(undisturbed.access, input);
  for (let write = 1; write <= 2; write++) {
    const world = createWorld();
    world.table.failAt(write);
    await expect(createProgram(world.access, input)).rejects.toThrow("killed");
    world.table.failAt(Infinity);
    const { publicKey, secretKey } = await createProgram(world.access, input);
    expect(await authenticate(world, basic(publicKey, secretKey))).toMatchObject({ program: "acme" });
    expect(world.table.items()).toHaveLength(undisturbed.table.items().length);
  }
});

test("what was left unfinished is finished only by who says the same", async () => {
  const world = createWorld();
  world.table.failAt(2);
  await expect(createProgram(world.access, input)).rejects.toThrow("killed");
  world.table.failAt(Infinity);
  const left = world.table.items();
  const other = { ...input, admin_email: "eve@evil.example" };
  await expect(createProgram(world.access, other)).rejects.toMatchObject({ refusal: "conflict" });
  expect(world.table.items()).toEqual(left);
});

test("no second pair of keys comes of repeating, not even when the admin has left", async () => {
  const world = createWorld();
  await createProgram(world.access, input);
  await world.table.write({ remove: teammatePlace("acme", "ada@acme.example") });
  await expect(createProgram(world.access, input)).rejects.toMatchObject({ refusal: "conflict" });
});

test("two at once make one program", async () => {
  const world = createWorld();
  const results = await Promise.allSettled([createProgram(world.access, input), createProgram(world.access, input)]);
  expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect(await groupsOf(world)).toHaveLength(1);
});

test.each<[string, Partial<Record<keyof ProgramInput, unknown>>, string]>([
  ["a key with capitals", { key: "Acme" }, "key"],
  ["a key with a slash", { key: "acme/x" }, "key"],
  ["a key that begins with a hyphen", { key: "-acme" }, "key"],
  ["a key of the house", { key: "token" }, "key"],
  ["no name", { name: " " }, "name"],
  ["an admin without an address", { admin_email: "ada" }, "admin_email"],
  ["an unknown currency", { currency: "XXX" }, "currency"],
  ["a rate as a number", { rates: { EUR: 1.1 } }, "rates.EUR"],
  ["a rate of nothing", { rates: { EUR: "0.0" } }, "rates.EUR"],
  ["a dollar of another worth", { rates: { USD: "2" } }, "rates"],
  ["a rate of an unknown currency", { rates: { XXX: "1" } }, "rates.XXX"],
  [
    "two default groups",
    {
      groups: [
        { name: "A", default: true },
        { name: "B", default: true },
      ],
    },
    "groups",
  ],
  ["two groups of one slug", { groups: [{ name: "A B" }, { name: "a-b" }] }, "groups"],
  ["a group that no slug can be made for", { groups: [{ name: "提携" }] }, "groups"],
  ["a feature that is no flag", { features: { leads_enabled: "yes" } }, "features.leads_enabled"],
  ["a field that a row knows already", { partner_fields: [{ api_name: "constructor" }] }, "partner_fields.0.api_name"],
  ["a field with a space in its name", { partner_fields: [{ api_name: "a b" }] }, "partner_fields.0.api_name"],
  ["a field of no type", { partner_fields: [{ api_name: "a", type: "list" }] }, "partner_fields.0.type"],
  ["a choice of nothing", { partner_fields: [{ api_name: "a", type: "choice" }] }, "partner_fields"],
  ["options of a text", { partner_fields: [{ api_name: "a", options: ["x"] }] }, "partner_fields"],
  [
    "options that are the same",
    { partner_fields: [{ api_name: "a", type: "choice", options: ["X Y", "x-y"] }] },
    "partner_fields",
  ],
  ["a field that is a column", { partner_fields: [{ api_name: "partner_tags" }] }, "partner_fields"],
  ["a field that is a column in other letters", { partner_fields: [{ api_name: "PartnerTags" }] }, "partner_fields"],
  ["a label that is a column", { partner_fields: [{ api_name: "t", label: "Partner tags" }] }, "partner_fields"],
  ["a field that an error file adds", { partner_fields: [{ api_name: "code" }] }, "partner_fields"],
  ["a field that is another name of a column", { customer_fields: [{ api_name: "company" }] }, "customer_fields"],
  ["a field that is there twice", { customer_fields: [{ api_name: "a" }, { api_name: "a" }] }, "customer_fields"],
  [
    "two fields under one label",
    {
      customer_fields: [
        { api_name: "a", label: "Size" },
        { api_name: "b", label: "size" },
      ],
    },
    "customer_fields",
  ],
  ["a lead form with a column", { groups: [{ name: "A", lead_form: [{ api_name: "status" }] }] }, "groups"],
  ["a lead form with an alias", { groups: [{ name: "A", lead_form: [{ api_name: "stage" }] }] }, "groups"],
  [
    "forms of two groups that mean two fields by one label",
    {
      groups: [
        { name: "A", lead_form: [{ api_name: "seats", label: "Size" }] },
        { name: "B", lead_form: [{ api_name: "staff", label: "Size" }] },
      ],
    },
    "groups",
  ],
  [
    "a built-in field of another type",
    { groups: [{ name: "A", lead_form: [{ api_name: "email", type: "number" }] }] },
    "groups.0.lead_form",
  ],
  [
    "a deal form that does not need a stage",
    { groups: [{ name: "A" }, { name: "B", deal_form: [{ api_name: "stage", label: "Phase" }] }] },
    "groups.1.deal_form",
  ],
  ["no stages", { groups: [{ name: "A", deal_stages: [] }] }, "groups.0.deal_stages"],
  [
    "a stage that would split a counter's name",
    { groups: [{ name: "A", deal_stages: [{ name: "v1.2" }] }] },
    "groups.0.deal_stages.0.name",
  ],
  [
    "two stages of one name",
    { groups: [{ name: "A", deal_stages: [{ name: "Closed won" }, { name: "closed-won" }] }] },
    "groups.0.deal_stages",
  ],
  [
    "a status that has no api_name",
    { groups: [{ name: "A", lead_statuses: [{ name: "!" }] }] },
    "groups.0.lead_statuses",
  ],
  [
    "more than can be kept",
    {
      customer_fields: Array.from({ length: 20 }, (_, at) => ({
        api_name: `f${at}`,
        type: "choice",
        options: Array.from({ length: 50 }, (_one, option) => `${option}${"x".repeat(60)}`),
      })),
    },
    "partner_fields",
  ],
])("refuses %s", async (_, wrong, field) => {
  const world = createWorld();
  const given: ProgramInput = Object.assign({}, input, wrong);
  await expect(createProgram(world.access, given)).rejects.toMatchObject({ refusal: "invalid", field });
  expect(world.table.items()).toEqual([]);
});

test("teammates come with roles, permissions and tokens of their own", async () => {
  const world = createWorld();
  const { teammates } = await world.start({
    teammates: [
      { email: "tek@acme.example", role: "technical" },
      { email: "mo@acme.example", name: "Mo", permissions: ["imports:create:partners"] },
    ],
  });
  expect(teammates.map(({ email, role }) => [email, role])).toEqual([
    ["ada@acme.example", "admin"],
    ["tek@acme.example", "technical"],
    ["mo@acme.example", "member"],
  ]);
  const mo = await authenticate(world, `Bearer ${teammates[2]?.token}`);
  expect(mo).toMatchObject({ role: "member", permissions: ["imports:create:partners"] });
});

test.each<[object[], string]>([
  [[{ email: "ADA@acme.example" }], "teammates"],
  [[{ email: "mo@acme.example" }, { email: "Mo@acme.example" }], "teammates"],
  [[{ email: "mo@acme.example", permissions: ["all"] }], "teammates.0.permissions.0"],
])("teammates %j are refused", async (teammates, field) => {
  const world = createWorld();
  const given: object = { teammates };
  await expect(world.start(given)).rejects.toMatchObject({ refusal: "invalid", field });
  expect(world.table.items()).toEqual([]);
});
