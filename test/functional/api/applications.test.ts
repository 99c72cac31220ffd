import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { applicationShape } from "../../../shared/api/applications/application-shape.ts";
import { bulkShape } from "../../../shared/api/bulk.ts";
import { outgoingMail } from "../../../shared/records/outgoing-mail.ts";
import { reward } from "../../../shared/records/reward.ts";
import { createWorld, type Reply } from "../api-world.ts";
import { callWithTestKey } from "./call-as.ts";

const AT = Date.parse("2026-04-01T12:00:00Z");
const PATH = "/api/v2/applications";

let world: ReturnType<typeof createWorld>;
let authorization: string;

const start = async (input: Parameters<typeof world.start>[0] = {}) => {
  world = createWorld();
  ({ basic: authorization } = await world.start({
    groups: [
      { name: "Affiliates", default: true },
      { name: "Invited", slug: "invited", features: { application_enabled: false } },
    ],
    partner_fields: [
      { api_name: "agreement", label: "Agreement", type: "flag", required: true },
      { api_name: "about", label: "Business description" },
    ],
    ...input,
  }));
};

beforeEach(() => start());

const call = (method: string, path: string, body?: unknown, as = authorization): Promise<Reply> =>
  world.call(method, path, { authorization: as, ...(body !== undefined && { body }) });

const BODY = {
  email: "ada@p.example",
  first_name: "Ada",
  last_name: "Lovelace",
  fields: [{ api_name: "agreement", value: true }],
};

const apply = (body: object = {}): Promise<Reply> => call("POST", PATH, { ...BODY, ...body });

const data = ({ json }: Pick<Reply, "json">) => (json as { data: Record<string, unknown> }).data;

const keyOf = (reply: Reply) => String(data(reply)["key"]);

const mails = async () => {
  const keys = world.mailQueue.messages.flatMap((one) => ("key" in one ? [one.key] : []));
  const found = await world.ledger.find(outgoingMail, "acme", "key", keys);
  return found.map((one) => one?.record);
};

const welcome = () =>
  call("POST", "/api/v2/triggers", {
    name: "Welcome",
    event: "partner_joined",
    effects: [{ type: "reward", amount: 500, description: "Welcome" }],
  });

const rewards = async () => (await world.ledger.newest(reward, "acme", 10)).length;

describe("applying", () => {
  test("makes a partner on whom nobody has decided, and fires nothing", async () => {
    await welcome();
    const reply = await apply({ group_key: "affiliates" });
    const made = data(reply);
    expect(reply).toMatchObject({ status: 200, json: { message: "Application created" } });
    expect(z.strictObject(applicationShape.shape).safeParse(made).error).toBeUndefined();
    const tail = keyOf(reply).slice("appl_".length);
    expect(made).toMatchObject({
      key: `appl_${tail}`,
      partnership_key: `part_${tail}`,
      email: "ada@p.example",
      status: "pending",
      approved: null,
      decline_reason: null,
      group: { name: "Affiliates" },
      fields: [{ api_name: "agreement", name: "Agreement", value: true }],
      created_at: AT,
    });
    expect(data(await call("GET", `/api/v2/partnerships/part_${tail}`))).toMatchObject({ approved_status: "pending" });
    expect([await rewards(), world.mailQueue.messages.length]).toEqual([0, 0]);
  });

  test.each([
    [{ email: undefined }, 400, "email", "'email' is a required property"],
    [{ first_name: undefined }, 400, "first_name", "'first_name' is a required property"],
    [{ last_name: " " }, 400, "last_name", /too short/],
    [{ fields: [] }, 400, "fields.agreement", "'agreement' is a required property"],
    [{ fields: undefined }, 400, "fields.agreement", "'agreement' is a required property"],
    [{ fields: undefined, meta: { agreement: "perhaps" } }, 400, "fields.agreement", /perhaps/],
    [{ group_key: "nowhere" }, 400, "group_key", /no group/],
    [{ group_key: "invited" }, 409, "group_key", "the group 'Invited' takes no applications"],
    [{ partner_key: "victim@p.example" }, 400, "partner_key", /somebody's address/],
    [{ tags: ["vip"] }, 400, undefined, /'tags' unexpected/],
    [{ approved_status: "approved" }, 400, undefined, /'approved_status' unexpected/],
  ])("refuses %j", async (body, status, field, message) => {
    const reply = await apply(body);
    expect([reply.status, (reply.json as { field?: string }).field]).toEqual([status, field]);
    expect((reply.json as { message: string }).message).toMatch(message);
  });

  test("is refused where the program takes none", async () => {
    await start({ features: { application_enabled: false } });
    expect(await apply()).toMatchObject({ status: 409 });
  });

  test("is refused for an address that is a partner's already, also when two come at once", async () => {
    const replies = await Promise.all([apply(), apply()]);
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect(await apply()).toMatchObject({ status: 409, json: { field: "email" } });
  });

  test("happens once under an Idempotency-Key", async () => {
    const request = { authorization, body: BODY, headers: { "idempotency-key": "k" } };
    const [first, second] = [await world.call("POST", PATH, request), await world.call("POST", PATH, request)];
    expect([first.status, second.text]).toEqual([200, first.text]);
  });
});

describe("deciding", () => {
  test("approves: the partner joins at that instant, which triggers hear, and is told", async () => {
    await welcome();
    const key = keyOf(await apply());
    world.clock.advance(1000);
    const reply = await call("PATCH", `${PATH}/${key}/decision`, { decision: "approved", reason: "Welcome aboard" });
    expect(reply).toMatchObject({ status: 200, json: { message: "Application approved", data: { approved: true } } });
    const partner = data(await call("GET", `/api/v2/partnerships/${String(data(reply)["partnership_key"])}`));
    expect(partner).toMatchObject({
      approved_status: "approved",
      joined_at: AT + 1000,
      group_joined_at: AT + 1000,
      created_at: AT,
    });
    expect(await rewards()).toBe(1);
    const [mail] = await mails();
    expect(mail).toMatchObject({ to: "ada@p.example", reason: "decision" });
    expect(mail?.text).toMatch(/Hello Ada,[^]*has accepted[^]*Welcome aboard/);
    expect((await call("GET", "/api/v2/audit-log")).text).toMatch(/application\.approved[^]*application\.created/);
  });

  test("is told once, however often it is said", async () => {
    await welcome();
    const key = keyOf(await apply());
    const replies = await Promise.all(
      [1, 2, 3].map(() => call("PATCH", `${PATH}/${key}/decision`, { decision: "approved" })),
    );
    await call("PATCH", `${PATH}/${key}/decision`, { decision: "approved" });
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect([await rewards(), (await mails()).filter((one) => one !== undefined).length]).toEqual([1, 1]);
  });

  test("declines with a reason, which may be thought over; who has joined is not declined", async () => {
    await welcome();
    const key = keyOf(await apply());
    const decide = (body: object) => call("PATCH", `${PATH}/${key}/decision`, body);
    expect(data(await decide({ decision: "declined", reason: "Too new" }))).toMatchObject({
      status: "declined",
      approved: false,
      decline_reason: "Too new",
    });
    expect((await mails())[0]?.text).toMatch(/has not accepted it[^]*Too new/);
    expect(await rewards()).toBe(0);
    expect(data(await decide({ decision: "approved" }))).toMatchObject({ status: "approved", decline_reason: null });
    expect(await decide({ decision: "declined" })).toMatchObject({ status: 409 });
    expect(await rewards()).toBe(1);
  });

  test("joins by a change of the partnership, too", async () => {
    await welcome();
    const key = keyOf(await apply());
    const path = `/api/v2/partnerships/${key.replace("appl_", "part_")}`;
    world.clock.advance(1000);
    expect(data(await call("PATCH", path, { approved_status: "approved" }))).toMatchObject({ joined_at: AT + 1000 });
    expect(await rewards()).toBe(1);
  });

  test("many at once, each by itself", async () => {
    const keys = [keyOf(await apply()), keyOf(await apply({ email: "bob@p.example" }))];
    const reply = await call("PATCH", `${PATH}/decision`, {
      decision: "declined",
      application_keys: [...keys, "appl_nobody"],
    });
    expect(z.strictObject(bulkShape.shape).safeParse(data(reply)).error).toBeUndefined();
    expect(data(reply)).toMatchObject({
      items: [
        { key: keys[0], status: 200, message: "Declined" },
        { key: keys[1], status: 200 },
        { key: "appl_nobody", status: 404 },
      ],
      succeeded: 2,
      failed: 1,
    });
    expect(await mails()).toHaveLength(2);
  });

  test.each([
    [{}, "decision"],
    [{ decision: "perhaps" }, "decision"],
    [{ decision: "approved", reason: "x".repeat(501) }, "reason"],
  ])("refuses %j", async (body, field) => {
    const key = keyOf(await apply());
    expect(await call("PATCH", `${PATH}/${key}/decision`, body)).toMatchObject({ status: 400, json: { field } });
    const many = { ...body, application_keys: [key] };
    expect(await call("PATCH", `${PATH}/decision`, many)).toMatchObject({ status: 400, json: { field } });
  });

  test("refuses none and too many", async () => {
    for (const application_keys of [undefined, [], Array.from({ length: 251 }, String)]) {
      const body = { decision: "approved", application_keys };
      expect(await call("PATCH", `${PATH}/decision`, body)).toMatchObject({
        status: 400,
        json: { field: "application_keys" },
      });
    }
    expect(await call("PATCH", `${PATH}/appl_nobody/decision`, { decision: "approved" })).toMatchObject({
      status: 404,
    });
  });
});

test("the list has all of them, by status, page by page", async () => {
  const keys: string[] = [];
  for (const name of ["a", "b", "c"]) {
    keys.unshift(keyOf(await apply({ email: `${name}@p.example` })));
    world.clock.advance(1000);
  }
  await call("PATCH", `${PATH}/${keys[1]}/decision`, { decision: "approved" });
  const list = (query: Readonly<Record<string, string>>) => world.call("GET", PATH, { authorization, query });
  expect((await list({})).keys).toEqual(keys);
  expect((await list({ approved_status: "pending" })).keys).toEqual([keys[0], keys[2]]);
  expect((await list({ status: "approved" })).keys).toEqual([keys[1]]);
  expect((await list({ limit: "1", starting_after: String(keys[0]) })).keys).toEqual([keys[1]]);
  expect((await list({ limit: "1", ending_before: String(keys[2]) })).keys).toEqual([keys[1]]);
  expect(await list({ starting_after: String(keys[2]) })).toMatchObject({ keys: [], hasMore: false });
  for (const [name, value] of [
    ["approved_status", "new"],
    ["status", "new"],
    ["starting_after", "appl_nobody"],
    ["limit", "0"],
  ] as const) {
    expect(await list({ [name]: value })).toMatchObject({ status: 400, json: { field: name } });
  }
});

test("a test key's applications are tests: nobody is mailed, nothing is earned, and others' are left alone", async () => {
  await welcome();
  const asTest = callWithTestKey(world, "acme");
  const made = data(await asTest("POST", PATH, { ...BODY, email: "t@p.example" }));
  expect(made).toMatchObject({ test: true });
  const path = `${PATH}/${String(made["key"])}/decision`;
  expect(await asTest("PATCH", path, { decision: "approved" })).toMatchObject({ status: 200 });
  expect([await rewards(), world.mailQueue.messages]).toEqual([0, []]);
  const other = `${PATH}/${keyOf(await apply())}/decision`;
  expect(await asTest("PATCH", other, { decision: "approved" })).toMatchObject({ status: 400, json: { field: "key" } });
});

test("neither an applicant, who is no partner yet, nor another program gets at them", async () => {
  const key = keyOf(await apply());
  const bearer = await world.bearerOf({
    program: "acme",
    kind: "partner",
    email: "ada@p.example",
    partnership: key.replace("appl_", "part_"),
  });
  const { basic } = await world.start({ key: "other", name: "Other", admin_email: "o@other.example" });
  for (const [method, path, body] of [
    ["GET", PATH, undefined],
    ["POST", PATH, BODY],
    ["PATCH", `${PATH}/${key}/decision`, { decision: "approved" }],
    ["PATCH", `${PATH}/decision`, { decision: "approved", application_keys: [key] }],
  ] as const) {
    expect(await call(method, path, body, bearer)).toMatchObject({ status: 401 });
  }
  expect((await call("GET", PATH, undefined, basic)).keys).toEqual([]);
  expect(await call("PATCH", `${PATH}/${key}/decision`, { decision: "approved" }, basic)).toMatchObject({
    status: 404,
  });
});
