import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { createHandler } from "../../../functions/api/handler.ts";
import { authenticate } from "../../../shared/access/authenticate.ts";
import { partnership } from "../../../shared/records/partnership.ts";
import { context } from "../api-world.ts";
import { createAccessWorld, dataOf, DAY, textOf } from "./access-world.ts";

const NOT_FOUND = { status: 404, text: '{"message":"Not found","status":404}' };
const FORBIDDEN = { status: 403, text: '{"message":"Forbidden","status":403}' };

test("teammates make tokens of their own: shown once, listed without the token, with the role of today", async () => {
  const { acme, post, get, table, clock, deeds } = await createAccessWorld();
  const made = await post("/me/tokens", { name: "Laptop", expires_in_days: 30 });
  const token = textOf(made, "token");
  expect(dataOf(made)).toMatchObject({
    name: "Laptop",
    kind: "api",
    holder: "teammate",
    email: "ada@acme.example",
    partnership_key: null,
    expires_at: clock() + 30 * DAY,
    revoked_at: null,
  });
  expect(await get("/me", `Bearer ${token}`)).toMatchObject({
    json: { data: { kind: "teammate", id: "ada@acme.example", role: "admin", expires_at: clock() + 30 * DAY } },
  });
  for (const path of ["/tokens", "/me/tokens"]) {
    const { text, keys } = await get(path);
    expect(keys).toHaveLength(2);
    for (const one of [token, createHash("sha256").update(token).digest("hex"), acme.bearer.slice(7)])
      expect(text).not.toContain(one);
  }
  expect(JSON.stringify(table.items())).not.toContain(token);
  expect((await deeds())[0]).toEqual({
    action: "token.created",
    actor: { kind: "teammate", id: "ada@acme.example" },
    remote_ip: "127.0.0.1",
    subject_key: textOf(made, "key"),
  });
});

test("a token lasts ninety days unless told otherwise, or for good", async () => {
  const { post, clock, get } = await createAccessWorld();
  const [usual, lasting] = [
    await post("/me/tokens", { name: "a" }),
    await post("/me/tokens", { name: "b", expires_in_days: null }),
  ];
  expect([dataOf(usual)["expires_at"], dataOf(lasting)["expires_at"]]).toEqual([clock() + 90 * DAY, null]);
  const statuses = async () =>
    Promise.all([usual, lasting].map(async (made) => (await get("/me", `Bearer ${textOf(made, "token")}`)).status));
  clock.advance(90 * DAY - 1);
  expect(await statuses()).toEqual([200, 200]);
  clock.advance(1);
  expect(await statuses()).toEqual([401, 200]);
});

test("an expired token is refused even where the gateway still remembers whose it was", async () => {
  const { post, clock, ports, gatewayEvent, table } = await createAccessWorld();
  const token = textOf(await post("/me/tokens", { name: "a", expires_in_days: 1 }), "token");
  clock.advance(DAY - 1);
  const principal = JSON.stringify(await authenticate({ table, clock }, `Bearer ${token}`));
  const event = { ...gatewayEvent("GET", "/api/v2/me", {}), headers: {} };
  const remembered = {
    ...event,
    requestContext: { ...event.requestContext, authorizer: { lambda: { principal } } },
  };
  const api = createHandler(ports);
  expect(await api(remembered, context)).toMatchObject({ statusCode: 200 });
  clock.advance(1);
  expect(await api(remembered, context)).toMatchObject({
    statusCode: 401,
    body: '{"message":"Unauthorized","status":401}',
  });
});

test("partners' tokens are made by who manages access, and see one partnership", async () => {
  const { addPartner, post, get, clock, deeds } = await createAccessWorld();
  await addPartner("part_1");
  const made = await post("/tokens", { partnership_key: "part_1", name: "Dashboard" });
  expect(dataOf(made)).toMatchObject({
    holder: "partner",
    email: null,
    partnership_key: "part_1",
    expires_at: clock() + 90 * DAY,
  });
  const bearer = `Bearer ${textOf(made, "token")}`;
  expect(await get("/me", bearer)).toMatchObject({
    json: { data: { kind: "partner", id: "part_1", partnership_key: "part_1", permissions: [], role: null } },
  });
  expect((await get("/me/tokens", bearer)).keys).toEqual([textOf(made, "key")]);
  expect(await post("/me/tokens", { name: "More" }, bearer)).toMatchObject(FORBIDDEN);
  expect(await get("/tokens", bearer)).toMatchObject(FORBIDDEN);
  expect(JSON.stringify(await deeds())).not.toContain("p.example");
});

test.each([
  ["no name", { partnership_key: "part_1" }, "'name' is a required property", "name"],
  ["no partner", { name: "a" }, "'partnership_key' is a required property", "partnership_key"],
  [
    "nobody's partnership",
    { name: "a", partnership_key: "part_x" },
    "'part_x' is not a partner of this program",
    "partnership_key",
  ],
  [
    "no end",
    { name: "a", partnership_key: "part_1", expires_in_days: null },
    "null is not of type 'number'",
    "expires_in_days",
  ],
  [
    "an end that was",
    { name: "a", partnership_key: "part_1", expires_in_days: 0 },
    "0 is less than the minimum of 1",
    "expires_in_days",
  ],
  [
    "an end too far",
    { name: "a", partnership_key: "part_1", expires_in_days: 366 },
    "366 is greater than the maximum of 365",
    "expires_in_days",
  ],
  [
    "an address",
    { name: "a", partnership_key: "part_1", email: "a@b.example" },
    expect.stringContaining("'email' unexpected"),
    undefined,
  ],
])("a partner's token is not made with %s", async (_, body, message, field) => {
  const { addPartner, post, get } = await createAccessWorld();
  await addPartner("part_1");
  await addPartner("part_x", { program: "globex" });
  const { status, json } = await post("/tokens", body);
  expect([status, json]).toEqual([400, { message, status: 400, ...(field !== undefined && { field }) }]);
  expect((await get("/tokens")).keys).toHaveLength(1);
});

test.each([
  ["no name", {}, "name"],
  ["too long a name", { name: "n".repeat(101) }, "name"],
  ["a fraction of a day", { name: "a", expires_in_days: 0.5 }, "expires_in_days"],
  ["more than a year", { name: "a", expires_in_days: 366 }, "expires_in_days"],
  ["another's address", { name: "a", email: "bo@acme.example" }, undefined],
])("a token of one's own is not made with %s", async (_, body, field) => {
  const { post } = await createAccessWorld();
  const { status, json } = await post("/me/tokens", body);
  expect([status, json]).toMatchObject([400, field === undefined ? {} : { field }]);
});

test.each([
  ["archived", { archived: true }],
  ["pending", { status: "pending" }],
  ["declined", { status: "declined" }],
] as const)("a partner who is %s gets no token, and those of before open nothing meanwhile", async (state, change) => {
  const { addPartner, bearerOf, post, get, ledger } = await createAccessWorld();
  const partner = await addPartner("part_1");
  const bearer = await bearerOf({ program: "acme", kind: "partner", email: partner.email, partnership: "part_1" });
  const become = async (after: typeof partner) => {
    const [before] = await ledger.find(partnership, "acme", "key", ["part_1"]);
    expect(await ledger.commit({ mark: "m", changes: [{ declaration: partnership, before, after }] })).toBe(true);
  };
  await become({ ...partner, ...change });
  expect(await post("/tokens", { partnership_key: "part_1", name: "a" })).toMatchObject({
    status: 409,
    json: { message: `the partner is ${state}`, field: "partnership_key" },
  });
  expect((await get("/me", bearer)).status).toBe(401);
  await become(partner);
  expect((await get("/me", bearer)).status).toBe(200);
});

test("everybody lists and revokes their own, and finds nobody else's", async () => {
  const { addPartner, bearer, bearerOf, get, del } = await createAccessWorld();
  await addPartner("part_1");
  await addPartner("part_2");
  const of = async (key: string) =>
    bearerOf({ program: "acme", kind: "partner", email: `${key}@p.example`, partnership: key });
  const callers = [
    await bearer("bo@acme.example"),
    await bearer("cy@acme.example"),
    await of("part_1"),
    await of("part_2"),
  ];
  const keys = await Promise.all(callers.map(async (one) => (await get("/me/tokens", one)).keys));
  expect(keys.map((own) => own.length)).toEqual([1, 1, 1, 1]);
  for (const [index, caller] of callers.entries()) {
    for (const [other, [key]] of keys.entries()) {
      if (other !== index) expect(await del(`/me/tokens/${String(key)}`, undefined, caller)).toMatchObject(NOT_FOUND);
    }
    expect(await del(`/tokens/${String(keys[index]?.[0])}`, undefined, caller)).toMatchObject(FORBIDDEN);
  }
  for (const [index, caller] of callers.entries()) {
    expect(await del(`/me/tokens/${String(keys[index]?.[0])}`, undefined, caller)).toMatchObject({ status: 200 });
    expect((await get("/me", caller)).status).toBe(401);
  }
});

test("who manages access revokes anybody's, with an entry of the audit log", async () => {
  const { bearer, get, del, deeds, clock } = await createAccessWorld();
  const bo = await bearer("bo@acme.example");
  const {
    keys: [key],
  } = await get("/me/tokens", bo);
  clock.advance(1);
  expect(dataOf(await del(`/tokens/${String(key)}`))).toMatchObject({ key, revoked_at: clock() });
  expect((await get("/me", bo)).status).toBe(401);
  expect((await deeds())[0]).toMatchObject({ action: "token.revoked", subject_key: key });
  const before = await deeds();
  expect(await del(`/tokens/${String(key)}`)).toMatchObject({ status: 200 });
  expect(await deeds()).toEqual(before);
  expect(await del("/tokens/tok_nobody")).toMatchObject(NOT_FOUND);
});

test("a pair of keys has no tokens and gets none", async () => {
  const { acme, get, post, del } = await createAccessWorld();
  expect(await get("/me/tokens", acme.basic)).toMatchObject({ status: 200, keys: [], hasMore: false });
  expect(await post("/me/tokens", { name: "a" }, acme.basic)).toMatchObject(FORBIDDEN);
  const {
    keys: [adas],
  } = await get("/tokens");
  expect(await del(`/me/tokens/${String(adas)}`, undefined, acme.basic)).toMatchObject(NOT_FOUND);
});

test("both lists are read to the end, each token once, and by another program not at all", async () => {
  const { start, post, clock, get, del, walk } = await createAccessWorld();
  for (let count = 0; count < 6; count++) {
    clock.advance(1_000);
    await post("/me/tokens", { name: `Token ${count}` });
  }
  const globex = await start({ key: "globex", admin_email: "eve@globex.example" });
  for (const path of ["/tokens", "/me/tokens"]) {
    const seen = await walk(path);
    expect([seen.length, new Set(seen).size]).toEqual([7, 7]);
    const theirs = await get(path, globex.bearer);
    expect(theirs.keys).toHaveLength(1);
    expect(seen).not.toContain(theirs.keys[0]);
    expect(await del(`${path}/${seen[0]}`, undefined, globex.bearer)).toMatchObject(NOT_FOUND);
  }
});

test("there are fifty tokens for one holder at most, those that have ended left out", async () => {
  const { post, clock } = await createAccessWorld();
  for (let count = 1; count < 50; count++) await post("/me/tokens", { name: "a", expires_in_days: 1 });
  expect(await post("/me/tokens", { name: "a" })).toMatchObject({ status: 409 });
  clock.advance(DAY);
  expect(await post("/me/tokens", { name: "a" })).toMatchObject({ status: 200 });
});

test("what has ended is forgotten by the table some days later", async () => {
  const { post, table, clock } = await createAccessWorld();
  const key = textOf(await post("/me/tokens", { name: "a", expires_in_days: 1 }), "key");
  const items = table.items().filter((item) => item["key"] === key);
  expect(items).toHaveLength(2);
  expect(items.map(({ expires }) => expires)).toEqual([1, 1].map(() => Math.ceil((clock() + 8 * DAY) / 1000)));
  expect(table.items().filter(({ expires }) => expires !== undefined)).toHaveLength(2);
});

test("a token that was made before there were records goes on working, as long as its teammate stays the same", async () => {
  const { table, get, hire, del } = await createAccessWorld();
  const hash = createHash("sha256").update("old").digest("hex");
  await hire("acme", { email: "bo@acme.example" });
  await table.write({
    put: { pk: `token/${hash}`, sk: "#", program: "acme", kind: "teammate", email: "bo@acme.example", created_at: 0 },
  });
  expect((await get("/me", "Bearer old")).status).toBe(200);
  const { keys } = await get("/teammates");
  const [bo] = keys.filter((_, index) => index === 1);
  await del(`/teammates/${String(bo)}`);
  expect((await get("/me", "Bearer old")).status).toBe(401);
});
