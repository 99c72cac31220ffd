import { beforeEach, expect, test } from "vitest";
import { createWorld, type Reply } from "../api-world.ts";
import { callWithTestKey } from "./call-as.ts";

const AT = Date.parse("2026-04-01T12:00:00Z");
const PATH = "/api/v2/tiers";

let world: ReturnType<typeof createWorld>;
let authorization: string;

beforeEach(async () => {
  world = createWorld();
  ({ basic: authorization } = await world.start());
});

const call = (method: string, path: string, body?: unknown, as = authorization): Promise<Reply> =>
  world.call(method, path, { authorization: as, ...(body !== undefined && { body }) });

const data = ({ json }: Pick<Reply, "json">) => (json as { data: Record<string, unknown> }).data;

const names = async (path: string) =>
  (data(await call("GET", path))["items"] as { name: string }[]).map(({ name }) => name);

test("a tier is made, changed, listed and archived", async () => {
  const reply = await call("POST", PATH, { name: "Silver", requirements: "Ten customers" });
  expect(reply).toMatchObject({ status: 200, json: { message: "Tier created" } });
  expect(data(reply)).toEqual({
    key: expect.stringMatching(/^tier_/),
    name: "Silver",
    position: 1,
    requirements: "Ten customers",
    archived: false,
    created_at: AT,
    updated_at: AT,
  });
  world.clock.advance(1000);
  const gold = data(await call("POST", PATH, { name: "Gold" }));
  expect(gold).toMatchObject({ position: 2, requirements: null });
  world.clock.advance(1000);
  const bronze = data(await call("POST", PATH, { name: "Bronze", position: 0 }));
  expect(await names(PATH)).toEqual(["Bronze", "Gold", "Silver"]);
  expect(await names(`${PATH}/collection`)).toEqual(["Bronze", "Silver", "Gold"]);
  const path = `${PATH}/${String(bronze["key"])}`;
  expect(data(await call("PATCH", path, { position: 9, name: "Platinum" }))).toEqual({
    ...bronze,
    position: 9,
    name: "Platinum",
    updated_at: AT + 2000,
  });
  expect(await names(`${PATH}/collection`)).toEqual(["Silver", "Gold", "Platinum"]);
  const partner = await call("POST", "/api/v2/partnerships", {
    email: "a@p.example",
    partner_key: "ada",
    tier_key: "platinum",
  });
  expect(data(partner)).toMatchObject({ tier: { key: bronze["key"], name: "Platinum" } });
  for (let time = 0; time < 2; time++) {
    expect((await call("DELETE", path)).json).toEqual({ message: "Tier archived", status: 200 });
  }
  expect(await names(`${PATH}/collection`)).toEqual(["Silver", "Gold"]);
  expect(data(await call("GET", "/api/v2/partnerships/ada"))).toMatchObject({ tier: { name: "Platinum" } });
  const late = await call("POST", "/api/v2/partnerships", { email: "b@p.example", tier_key: "platinum" });
  expect(late).toMatchObject({ status: 400, json: { field: "tier_key" } });
  const found = await world.call("GET", "/api/v2/partnerships", { authorization, query: { tier_key: "platinum" } });
  expect(found.keys).toHaveLength(1);
});

test.each([
  [{}, 400, "name", "'name' is a required property"],
  [{ name: "" }, 400, "name", /too short/],
  [{ name: "x".repeat(101) }, 400, "name", /too long/],
  [{ name: "SILVER" }, 409, "name", /another tier/],
  [{ name: "X", position: -1 }, 400, "position", /minimum/],
  [{ name: "X", position: 1e9 }, 400, "position", /maximum/],
  [{ name: "X", requirements: "" }, 400, "requirements", /too short/],
  [{ name: "X", wrong: 1 }, 400, undefined, /'wrong' unexpected/],
])("refuses %j", async (body, status, field, message) => {
  await call("POST", PATH, { name: "Silver" });
  const reply = await call("POST", PATH, body);
  expect([reply.status, (reply.json as { field?: string }).field]).toEqual([status, field]);
  expect((reply.json as { message: string }).message).toMatch(message);
});

test("a program has forty, each name once though two try at once", async () => {
  const replies = await Promise.all([1, 2].map(() => call("POST", PATH, { name: "Silver" })));
  expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  for (let at = 1; at < 40; at++) await call("POST", PATH, { name: `Tier ${at}` });
  expect(await call("POST", PATH, { name: "One more" })).toMatchObject({ status: 409 });
});

test("neither a partner's token nor a test key nor another program gets at them", async () => {
  const { key } = data(await call("POST", PATH, { name: "Silver" }));
  const path = `${PATH}/${String(key)}`;
  const bearer = await world.bearerOf({
    program: "acme",
    kind: "partner",
    email: "a@p.example",
    partnership: "part_1",
  });
  const asTest = callWithTestKey(world, "acme");
  const { basic } = await world.start({ key: "other", name: "Other", admin_email: "o@other.example" });
  for (const [method, where, body] of [
    ["POST", PATH, { name: "X" }],
    ["PATCH", path, { name: "X" }],
    ["DELETE", path, undefined],
  ] as const) {
    expect(await call(method, where, body, bearer)).toMatchObject({ status: 403 });
    expect(await asTest(method, where, body)).toMatchObject({ status: 403 });
    if (method !== "POST") expect(await call(method, where, body, basic)).toMatchObject({ status: 404 });
  }
  for (const where of [PATH, `${PATH}/collection`]) {
    expect(await call("GET", where, undefined, bearer)).toMatchObject({ status: 403 });
    expect((await call("GET", where, undefined, basic)).keys).toEqual([]);
  }
});
