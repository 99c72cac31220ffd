import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { groupShape } from "../../../shared/api/groups/group-shape.ts";
import { GROUP_DEFAULTS } from "../../../shared/records/group.ts";
import { createWorld, type Reply } from "../api-world.ts";
import { callWithTestKey } from "./call-as.ts";

const AT = Date.parse("2026-04-01T12:00:00Z");
const PATH = "/api/v2/groups";

let world: ReturnType<typeof createWorld>;
let authorization: string;

beforeEach(async () => {
  world = createWorld();
  ({ basic: authorization } = await world.start());
  world.clock.advance(1000);
});

const call = (method: string, path: string, body?: unknown, as = authorization): Promise<Reply> =>
  world.call(method, path, { authorization: as, ...(body !== undefined && { body }) });

const create = (body: object = {}): Promise<Reply> => call("POST", PATH, { name: "Gold Partners", ...body });

const data = ({ json }: Pick<Reply, "json">) => (json as { data: Record<string, unknown> }).data;

const groups = async (query: Readonly<Record<string, string>> = {}) => {
  const { json } = await world.call("GET", PATH, { authorization, query });
  return (json as { data: { items: { name: string; default: boolean }[] } }).data.items;
};

const defaults = async () => (await groups()).filter((one) => one.default).map(({ name }) => name);

describe("making a group", () => {
  test("answers with it as it is kept, with all that a group has anyway", async () => {
    const reply = await create({ offers: "A tenth of every sale", features: { leads_enabled: false } });
    const made = data(reply);
    expect(reply).toMatchObject({ status: 200, json: { message: "Group created" } });
    expect(z.strictObject(groupShape.shape).safeParse(made).error).toBeUndefined();
    expect(made).toEqual({
      key: expect.stringMatching(/^grup_/),
      name: "Gold Partners",
      slug: "gold-partners",
      default: false,
      archived: false,
      features: {
        application_enabled: true,
        deals_enabled: true,
        leads_enabled: false,
        disable_link_create: false,
        deals_salesforce: false,
      },
      lead_form: GROUP_DEFAULTS.lead_form,
      deal_form: GROUP_DEFAULTS.deal_form,
      lead_statuses: GROUP_DEFAULTS.lead_statuses,
      deal_stages: GROUP_DEFAULTS.deal_stages,
      offers: "A tenth of every sale",
      created_at: AT + 1000,
      updated_at: AT + 1000,
    });
    for (const name of [made["key"], "gold-partners", "Gold Partners"]) {
      expect(data(await call("GET", `${PATH}/${encodeURIComponent(String(name))}`))).toEqual(made);
    }
  });

  test("its forms and stages are what imports and partners are held against", async () => {
    await create({
      slug: "gold",
      lead_form: [{ api_name: "budget", type: "number", required: true }],
      lead_statuses: [{ name: "New" }, { name: "Won" }],
      deal_stages: [{ name: "Closed won" }],
    });
    const headers = data(await call("GET", "/api/v2/imports/headers/leads"));
    expect(headers["groups"]).toContainEqual({
      slug: "gold",
      name: "Gold Partners",
      required: expect.arrayContaining(["budget"]),
      statuses: ["New", "Won"],
    });
  });

  test.each([
    [{ name: undefined }, 400, "name", "'name' is a required property"],
    [{ name: " " }, 400, "name", /too short/],
    [{ name: "x".repeat(101) }, 400, "name", /too long/],
    [{ name: "東京" }, 400, "slug", /needs a slug/],
    [{ slug: "a b" }, 400, "slug", /letters, digits/],
    [{ slug: "Default" }, 409, "slug", /another group/],
    [{ default: "yes" }, 400, "default", "'yes' is not of type 'boolean'"],
    [{ features: { leads_enabled: "no" } }, 400, "features.leads_enabled", /boolean/],
    [{ features: { wrong: true } }, 400, "features", /'wrong' unexpected/],
    [{ lead_form: [{ api_name: "1x" }] }, 400, "lead_form.0.api_name", /api_name/],
    [{ lead_form: [{ api_name: "x", type: "choice" }] }, 400, "lead_form", /options/],
    [{ lead_form: [{ api_name: "x", wrong: 1 }] }, 400, "lead_form.0", /'wrong' unexpected/],
    [{ lead_form: [{ api_name: "x" }, { api_name: "x" }] }, 400, "lead_form", /there twice/],
    [{ lead_form: [{ api_name: "partner_key" }] }, 400, "lead_form", /column of every such file/],
    [{ deal_form: [{ api_name: "amount", required: false }] }, 400, "deal_form", /always required/],
    [{ deal_form: [{ api_name: "stage" }] }, 400, "deal_form", /stage/],
    [{ lead_statuses: [] }, 400, "lead_statuses", /too short/],
    [{ lead_statuses: [{ name: "a/b" }] }, 400, "lead_statuses.0.name", /neither/],
    [{ deal_stages: [{ name: "Won" }, { name: "won" }] }, 400, "deal_stages", /same name/],
    [{ offers: "" }, 400, "offers", /too short/],
    [{ archived: true }, 400, undefined, /'archived' unexpected/],
  ])("refuses %j", async (body, status, field, message) => {
    const reply = await create(body);
    expect([reply.status, (reply.json as { field?: string }).field]).toEqual([status, field]);
    expect((reply.json as { message: string }).message).toMatch(message);
    expect(await groups()).toHaveLength(1);
  });

  test("refuses a form that means another column than the form of another group", async () => {
    await create({ lead_form: [{ api_name: "budget", label: "Money" }] });
    const other = { name: "Silver", lead_form: [{ api_name: "purse", label: "Money" }] };
    expect(await create(other)).toMatchObject({ status: 400, json: { field: "lead_form" } });
  });

  test("is one thing when two try at once, and happens once under an Idempotency-Key", async () => {
    const replies = await Promise.all([create(), create()]);
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    const request = { authorization, body: { name: "Silver" }, headers: { "idempotency-key": "k" } };
    const commit = world.ledger.commit.bind(world.ledger);
    world.ledger.commit = async (entry) => {
      await commit(entry);
      throw new Error("the answer was lost");
    };
    expect(await world.call("POST", PATH, request)).toMatchObject({ status: 500 });
    world.ledger.commit = commit;
    expect(await world.call("POST", PATH, request)).toMatchObject({ status: 200 });
    expect(await groups()).toHaveLength(3);
  });

  test("ends at forty groups", async () => {
    for (let at = 1; at < 40; at++) await create({ name: `Group ${at}` });
    expect(await create()).toMatchObject({ status: 409 });
  });
});

describe("changing a group", () => {
  test("changes what is said, its slug too, and leaves the rest", async () => {
    const made = data(await create({ offers: "Much", features: { leads_enabled: false } }));
    world.clock.advance(1000);
    const changed = data(
      await call("PATCH", `${PATH}/gold-partners`, { slug: "gold", features: { deals_enabled: false } }),
    );
    expect(changed).toEqual({
      ...made,
      slug: "gold",
      features: { ...(made["features"] as object), deals_enabled: false },
      updated_at: AT + 2000,
    });
    expect(await call("GET", `${PATH}/gold-partners`)).toMatchObject({ status: 404 });
    expect(data(await call("PATCH", `${PATH}/gold`, { name: "Silver", offers: null }))).toMatchObject({
      key: made["key"],
      name: "Silver",
      slug: "gold",
      offers: null,
    });
    // The former slug is free again.
    expect(await create({ slug: "gold-partners" })).toMatchObject({ status: 200 });
  });

  test("there is one default group at any time, whoever makes which the default one", async () => {
    for (const name of ["Gold", "Silver", "Bronze"]) await create({ name });
    expect(await defaults()).toEqual(["Default"]);
    const replies = await Promise.all(
      ["gold", "silver", "bronze"].map((slug) => call("PATCH", `${PATH}/${slug}`, { default: true })),
    );
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await defaults()).toHaveLength(1);
    await create({ name: "Iron", default: true });
    expect(await defaults()).toEqual(["Iron"]);
    const { json } = await call("POST", "/api/v2/partnerships", { email: "a@p.example" });
    expect(json).toMatchObject({ data: { group: { name: "Iron" } } });
    expect(await call("PATCH", `${PATH}/iron`, { default: false })).toMatchObject({
      status: 400,
      json: { field: "default" },
    });
  });

  test("an archived group keeps its partners, takes nobody in, and can be restored", async () => {
    await create({ slug: "gold" });
    await call("POST", "/api/v2/partnerships", { email: "a@p.example", partner_key: "ada", group_key: "gold" });
    for (let time = 0; time < 2; time++) {
      expect((await call("DELETE", `${PATH}/gold`)).json).toEqual({ message: "Group archived", status: 200 });
    }
    expect((await call("GET", "/api/v2/partnerships/ada")).json).toMatchObject({
      data: { group: { slug: "gold", archived: true } },
    });
    const late = { email: "b@p.example", group_key: "gold" };
    expect(await call("POST", "/api/v2/partnerships", late)).toMatchObject({
      status: 400,
      json: { field: "group_key" },
    });
    expect(data(await call("PATCH", `${PATH}/gold`, { archived: false }))).toMatchObject({ archived: false });
    expect(await call("POST", "/api/v2/partnerships", late)).toMatchObject({ status: 200 });
  });

  test("neither the default group can be archived, nor one that a trigger moves partners into", async () => {
    const { key } = data(await create({ slug: "gold" }));
    expect(await call("DELETE", `${PATH}/default`)).toMatchObject({ status: 409 });
    const trigger = await call("POST", "/api/v2/triggers", {
      name: "Up",
      event: "customer_created",
      effects: [{ type: "move_group", group_key: key }],
    });
    expect(await call("DELETE", `${PATH}/gold`)).toMatchObject({ status: 409 });
    await call("DELETE", `/api/v2/triggers/${String(data(trigger)["key"])}`);
    expect(await call("DELETE", `${PATH}/gold`)).toMatchObject({ status: 200 });
  });

  test("what is not there is not found", async () => {
    for (const method of ["GET", "PATCH", "DELETE"]) {
      expect(await call(method, `${PATH}/nowhere`, method === "PATCH" ? {} : undefined)).toMatchObject({ status: 404 });
    }
  });
});

test("the list is newest first, by dates and page by page", async () => {
  for (const name of ["Gold", "Silver", "Bronze"]) {
    world.clock.advance(1000);
    await create({ name });
  }
  world.clock.advance(1000);
  await call("PATCH", `${PATH}/gold`, { offers: "Much" });
  const names = async (query: Readonly<Record<string, string>>) => (await groups(query)).map(({ name }) => name);
  expect(await names({})).toEqual(["Bronze", "Silver", "Gold", "Default"]);
  expect(await names({ order_by: "created_at", limit: "2" })).toEqual(["Default", "Gold"]);
  expect(await names({ order_by: "-updated_at" })).toEqual(["Gold", "Bronze", "Silver", "Default"]);
  expect(await names({ min_updated: String(AT + 4500) })).toEqual(["Gold"]);
  expect(await names({ max_created: String(AT + 2000) })).toEqual(["Gold", "Default"]);
  const all = (await call("GET", PATH)).keys.map(String);
  const walked: string[] = [];
  for (let query: Record<string, string> = { limit: "1" }; ;) {
    const page = await world.call("GET", PATH, { authorization, query });
    walked.push(...page.keys.map(String));
    if (page.hasMore !== true) break;
    query = { limit: "1", starting_after: String(walked.at(-1)) };
  }
  expect(walked).toEqual(all);
  const back = await world.call("GET", PATH, { authorization, query: { limit: "2", ending_before: String(all[3]) } });
  expect([back.keys, back.hasMore]).toEqual([all.slice(1, 3), true]);
  const unknown = await world.call("GET", PATH, { authorization, query: { starting_after: "nobody" } });
  expect(unknown).toMatchObject({ status: 400, json: { field: "starting_after" } });
});

test("neither a partner's token nor a test key nor another program changes them", async () => {
  await create({ slug: "gold" });
  const bearer = await world.bearerOf({
    program: "acme",
    kind: "partner",
    email: "a@p.example",
    partnership: "part_1",
  });
  const asTest = callWithTestKey(world, "acme");
  const { basic } = await world.start({ key: "other", name: "Other", admin_email: "o@other.example" });
  for (const [method, path, body] of [
    ["POST", PATH, { name: "X" }],
    ["PATCH", `${PATH}/gold`, { name: "X" }],
    ["DELETE", `${PATH}/gold`, undefined],
  ] as const) {
    expect(await call(method, path, body, bearer)).toMatchObject({ status: 403 });
    expect(await asTest(method, path, body)).toMatchObject({ status: 403 });
    if (method !== "POST") expect(await call(method, path, body, basic)).toMatchObject({ status: 404 });
  }
  expect(await call("GET", PATH, undefined, bearer)).toMatchObject({ status: 403 });
  expect((await call("GET", PATH, undefined, basic)).keys).toHaveLength(1);
});
