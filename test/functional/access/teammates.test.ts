import { expect, test } from "vitest";
import { findTeammate } from "../../../shared/access/teammates.ts";
import { teammateKey } from "../../../shared/records/teammate.ts";
import { type AccessWorld, createAccessWorld, dataOf, statusesOf, textOf } from "./access-world.ts";

const NOT_FOUND = { status: 404, text: '{"message":"Not found","status":404}' };
const FORBIDDEN = { status: 403, text: '{"message":"Forbidden","status":403}' };
const ADA = `/teammates/${teammateKey("acme", "ada@acme.example")}`;
const BO = `/teammates/${teammateKey("acme", "bo@acme.example")}`;

const tokenOf = async ({ bearerOf, table }: AccessWorld, email: string) => {
  const known = await findTeammate(table, "acme", email);
  return bearerOf({ program: "acme", kind: "teammate", email, membership: known?.membership ?? null });
};

test("a teammate is added, invited once, found and listed", async () => {
  const { post, get, keysOf, sendMails, mails, deeds } = await createAccessWorld();
  const added = await post("/teammates", {
    email: "Bo@acme.example",
    name: "Bo",
    role: "member",
    permissions: ["imports:create:customers"],
  });
  const told = {
    key: BO.split("/")[2],
    email: "Bo@acme.example",
    name: "Bo",
    role: "member",
    permissions: ["imports:create:customers"],
  };
  expect(dataOf(added)).toMatchObject(told);
  expect(Object.keys(dataOf(added))).not.toContain("membership");
  expect(dataOf(await get(BO))).toMatchObject(told);
  expect(new Set(await keysOf("/teammates"))).toEqual(new Set([BO, ADA].map((path) => path.split("/")[2])));
  await sendMails();
  expect(mails).toMatchObject([{ to: "Bo@acme.example", subject: "You have been added to Acme" }]);
  expect(mails[0]?.text).toContain("POST /api/v2/sign-in");
  expect((await deeds())[0]).toEqual({
    action: "teammate.added",
    actor: { kind: "teammate", id: "ada@acme.example" },
    remote_ip: "127.0.0.1",
    subject_key: told.key,
  });
});

test("somebody without a name is called by the address, and is a member without permissions", async () => {
  const { post } = await createAccessWorld();
  expect(dataOf(await post("/teammates", { email: "bo@acme.example" }))).toMatchObject({
    name: "bo@acme.example",
    role: "member",
    permissions: [],
  });
  expect(await post("/teammates", { email: "BO@acme.example" })).toMatchObject({
    status: 409,
    json: { field: "email" },
  });
});

test.each([
  ["no address", {}, "'email' is a required property", "email"],
  ["what is no address", { email: "bo" }, "'bo' is not a valid email", "email"],
  [
    "a role that there is not",
    { email: "bo@a.example", role: "owner" },
    expect.stringContaining("is not one of"),
    "role",
  ],
  [
    "a permission that there is not",
    { email: "bo@a.example", permissions: ["all"] },
    expect.stringContaining("'all' is not one of"),
    "permissions.0",
  ],
  ["an empty name", { email: "bo@a.example", name: "" }, "'' is too short", "name"],
  ["what it does not know", { email: "bo@a.example", admin: true }, expect.stringContaining("unexpected"), undefined],
])("nobody is added with %s", async (_, body, message, field) => {
  const { post, get, mailQueue } = await createAccessWorld();
  const { status, json } = await post("/teammates", body);
  expect([status, json]).toEqual([400, { message, status: 400, ...(field !== undefined && { field }) }]);
  expect([(await get("/teammates")).keys.length, mailQueue.messages.length]).toEqual([1, 0]);
});

test("name, role and permissions change one by one, and tokens follow at once", async () => {
  const world = await createAccessWorld();
  const { post, patch, get, deeds, clock } = world;
  await post("/teammates", { email: "bo@acme.example", permissions: ["triggers:read"] });
  const bo = await tokenOf(world, "bo@acme.example");
  expect((await get("/triggers", bo)).status).toBe(200);
  clock.advance(1);
  expect(dataOf(await patch(BO, { name: "Bo" }))).toMatchObject({ name: "Bo", permissions: ["triggers:read"] });
  expect(dataOf(await patch(BO, { permissions: ["audit:read"] }))).toMatchObject({ name: "Bo", role: "member" });
  expect([(await get("/triggers", bo)).status, (await get("/audit-log", bo)).status]).toEqual([403, 200]);
  await patch(BO, { role: "technical" });
  expect((await get("/triggers", bo)).status).toBe(200);
  expect((await deeds()).slice(0, 3).map(({ action }) => action)).toEqual(
    Array.from({ length: 3 }, () => "teammate.updated"),
  );
});

test.each([
  ["an address", { email: "new@acme.example" }, undefined],
  ["an unknown role", { role: "owner" }, "role"],
  ["no list", { permissions: "audit:read" }, "permissions"],
  ["an empty name", { name: " " }, "name"],
])("a change of %s is refused", async (_, body, field) => {
  const { patch } = await createAccessWorld();
  const { status, json } = await patch(ADA, body);
  expect([status, json]).toMatchObject([400, field === undefined ? {} : { field }]);
});

test("whoever is removed is nobody at once, and their old tokens stay so when they are added again", async () => {
  const world = await createAccessWorld();
  const { post, del, get, deeds, clock } = world;
  await post("/teammates", { email: "bo@acme.example" });
  const before = await tokenOf(world, "bo@acme.example");
  expect((await get("/me", before)).status).toBe(200);
  clock.advance(1);
  expect(await del(BO)).toMatchObject({ status: 200 });
  expect((await get("/me", before)).status).toBe(401);
  expect(await get(BO)).toMatchObject(NOT_FOUND);
  expect((await get("/teammates")).keys).toHaveLength(1);
  expect(dataOf(await get("/tokens"))["items"]).toMatchObject([{}, { revoked_at: clock() }].toReversed());
  expect((await deeds())[0]).toMatchObject({ action: "teammate.removed" });
  expect(await del(BO)).toMatchObject(NOT_FOUND);
  clock.advance(1);
  expect(await post("/teammates", { email: "bo@acme.example" })).toMatchObject({ status: 200 });
  expect((await get("/me", before)).status).toBe(401);
  expect((await get("/me", await tokenOf(world, "bo@acme.example"))).status).toBe(200);
});

test("a token that was made while its teammate was being removed and added again opens nothing", async () => {
  const world = await createAccessWorld();
  const { post, del, get, table } = world;
  await post("/teammates", { email: "bo@acme.example" });
  const late = await tokenOf(world, "bo@acme.example");
  await del(BO);
  await post("/teammates", { email: "bo@acme.example" });
  // As if it had come behind the removal, which marks what it finds.
  for (const { pk, sk } of table.items().filter((item) => item["email"] === "bo@acme.example" && item["holder"]))
    await table.write({ update: { pk, sk }, set: { revoked_at: null } });
  expect((await get("/me", late)).status).toBe(401);
});

test("nobody removes or demotes the last administrator", async () => {
  const { post, patch, del, get } = await createAccessWorld();
  const last = { status: 409, json: { message: expect.stringContaining("last administrator") } };
  await post("/teammates", { email: "bo@acme.example", role: "technical" });
  expect(await del(ADA)).toMatchObject(last);
  expect(await patch(ADA, { role: "technical" })).toMatchObject(last);
  expect(await patch(ADA, { name: "Ada L." })).toMatchObject({ status: 200 });
  await patch(BO, { role: "admin" });
  expect(await patch(ADA, { role: "member" })).toMatchObject({ status: 200 });
  expect(dataOf(await get("/me"))).toMatchObject({ role: "member", permissions: [] });
});

test("of two administrators who remove each other at once, one stays", async () => {
  const world = await createAccessWorld();
  const { post, del, get } = world;
  await post("/teammates", { email: "bo@acme.example", role: "admin" });
  const bo = await tokenOf(world, "bo@acme.example");
  const replies = await Promise.all([del(BO), del(ADA, undefined, bo)]);
  expect(statusesOf(...replies)).toEqual([200, 409]);
  expect(statusesOf(await get("/me"), await get("/me", bo))).toEqual([200, 401]);
});

test("only administrators make, change and remove administrators", async () => {
  const world = await createAccessWorld();
  const { acme, post, patch, del } = world;
  await post("/teammates", { email: "bo@acme.example", role: "technical" });
  for (const who of [await tokenOf(world, "bo@acme.example"), acme.basic]) {
    expect(await post("/teammates", { email: "cy@acme.example", role: "admin" }, who)).toMatchObject(FORBIDDEN);
    expect(await patch(BO, { role: "admin" }, who)).toMatchObject(FORBIDDEN);
    expect(await patch(ADA, { name: "A" }, who)).toMatchObject(FORBIDDEN);
    expect(await del(ADA, undefined, who)).toMatchObject(FORBIDDEN);
    expect(await patch(BO, { name: "Bo" }, who)).toMatchObject({ status: 200 });
  }
});

test("nobody gives or takes away more than they have", async () => {
  const world = await createAccessWorld();
  const { bearer, post, patch, del, hire } = world;
  const cy = await bearer("cy@acme.example", ["access:read", "access:write", "records:read"]);
  const add = async (more: object) => post("/teammates", { email: "bo@acme.example", ...more }, cy);
  for (const more of [
    { role: "technical" },
    { permissions: ["exports:create"] },
    { permissions: ["records:write:deals"] },
  ])
    expect(await add(more)).toMatchObject(FORBIDDEN);
  expect(await add({ permissions: ["records:read:deals", "access:read"] })).toMatchObject({ status: 200 });
  expect(await patch(BO, { permissions: ["records:read"] }, cy)).toMatchObject({ status: 200 });
  expect(await patch(BO, { permissions: ["webhooks:read"] }, cy)).toMatchObject(FORBIDDEN);
  await hire("acme", { email: "di@acme.example", role: "technical" });
  const di = `/teammates/${teammateKey("acme", "di@acme.example")}`;
  expect(await patch(di, { role: "member" }, cy)).toMatchObject(FORBIDDEN);
  expect(await del(di, undefined, cy)).toMatchObject(FORBIDDEN);
  expect(await del(BO, undefined, cy)).toMatchObject({ status: 200 });
});

test("a request repeated with its name adds and invites once, also where it broke off", async () => {
  for (let step = 1; step <= 4; step++) {
    const { acme, call, get, killSwitch, clock, sendMails, mails } = await createAccessWorld();
    const ask = async () =>
      call("POST", "/api/v2/teammates", {
        authorization: acme.bearer,
        body: { email: "bo@acme.example" },
        headers: { "idempotency-key": "one" },
      });
    killSwitch.killAt(step);
    await ask();
    killSwitch.revive();
    clock.advance(60_000);
    expect((await ask()).status).toBe(200);
    await sendMails();
    expect([(await get("/teammates")).keys.length, mails.length]).toEqual([2, 1]);
  }
});

test("who was removed again before the mail left is not invited", async () => {
  const { post, del, sendMails, mails } = await createAccessWorld();
  await post("/teammates", { email: "bo@acme.example" });
  await del(BO);
  await sendMails();
  expect(mails).toEqual([]);
  await post("/teammates", { email: "bo@acme.example" });
  await del(BO);
  await post("/teammates", { email: "bo@acme.example" });
  await sendMails();
  expect(mails).toHaveLength(1);
});

test("another program's teammates are neither listed nor found", async () => {
  const { start, get, patch, del } = await createAccessWorld();
  const globex = await start({ key: "globex", admin_email: "eve@globex.example" });
  expect((await get("/teammates", globex.bearer)).keys).toEqual([teammateKey("globex", "eve@globex.example")]);
  for (const path of [ADA, "/teammates/mate_unknown"]) {
    expect(await get(path, globex.bearer)).toMatchObject(NOT_FOUND);
    expect(await patch(path, { name: "x" }, globex.bearer)).toMatchObject(NOT_FOUND);
    expect(await del(path, undefined, globex.bearer)).toMatchObject(NOT_FOUND);
  }
});

test("teammates are listed to the end, each once", async () => {
  const { post, clock, walk } = await createAccessWorld();
  for (let count = 0; count < 6; count++) {
    clock.advance(1_000);
    await post("/teammates", { email: `t${count}@acme.example` });
  }
  const seen = await walk("/teammates");
  expect([seen.length, new Set(seen).size]).toEqual([7, 7]);
});

test("teammates of before there were records are found, listed, changed and removed like any other", async () => {
  const { table, bearerOf, get, patch, del } = await createAccessWorld();
  const item = { email: "Bo@acme.example", name: "Bo", role: "member", permissions: ["audit:read"] };
  await table.write({ put: { pk: "acme/teammates", sk: "bo@acme.example", ...item } });
  const bo = await bearerOf({ program: "acme", kind: "teammate", email: "Bo@acme.example" });
  expect((await get("/audit-log", bo)).status).toBe(200);
  expect(dataOf(await get(BO))).toMatchObject(item);
  expect((await get("/teammates")).keys).toHaveLength(2);
  expect(dataOf(await patch(BO, { permissions: [] }))).toMatchObject({ ...item, permissions: [] });
  expect((await get("/audit-log", bo)).status).toBe(403);
  expect((await get("/teammates")).keys).toHaveLength(2);
  expect(await del(BO)).toMatchObject({ status: 200 });
  expect((await get("/me", bo)).status).toBe(401);
  expect((await get("/teammates")).keys).toHaveLength(1);
});

test("keys of answers tell no address", async () => {
  const { post } = await createAccessWorld();
  expect(textOf(await post("/teammates", { email: "bo@acme.example" }), "key")).toMatch(/^mate_[0-9a-z]{26}$/);
});
