import { expect, test } from "vitest";
import { createHash } from "node:crypto";
import { basic } from "../api-world.ts";
import { createAccessWorld, dataOf, DAY, HOUR, statusesOf, textOf } from "./access-world.ts";

const FORBIDDEN = { status: 403, json: { message: "Forbidden", status: 403 } };

async function worldWithPair(body: object = { name: "Shop" }) {
  const world = await createAccessWorld();
  const made = await world.post("/key-pairs", body);
  const pair = basic(textOf(made, "public_key"), textOf(made, "secret_key"));
  return { ...world, made, pair, key: textOf(made, "key") };
}

test("a pair is made, shown once, and listed without its secret", async () => {
  const { made, pair, get, table, acme, deeds, key } = await worldWithPair();
  const secret = textOf(made, "secret_key");
  expect(dataOf(made)).toMatchObject({ name: "Shop", test: false, expires_at: null, revoked_at: null });
  expect(textOf(made, "public_key")).toMatch(/^pk_[\w-]{43}$/);
  expect(secret).toMatch(/^sk_[\w-]{43}$/);
  expect(await get("/me", pair)).toMatchObject({ status: 200, json: { data: { kind: "key", test: false } } });
  const listed = await get("/key-pairs");
  expect(listed.keys).toHaveLength(2);
  for (const one of [secret, acme.secretKey, createHash("sha256").update(secret).digest("hex")])
    expect(listed.text).not.toContain(one);
  expect(JSON.stringify(table.items())).not.toContain(secret);
  expect(await deeds()).toEqual([
    {
      action: "key_pair.created",
      actor: { kind: "teammate", id: "ada@acme.example" },
      remote_ip: "127.0.0.1",
      subject_key: key,
    },
  ]);
});

test("a test pair says so in its keys and to itself, and may change nothing that cannot be marked as a test", async () => {
  const { made, pair, get, post } = await worldWithPair({ name: "Trial", test: true });
  expect(textOf(made, "public_key")).toMatch(/^pk_test_/);
  expect(textOf(made, "secret_key")).toMatch(/^sk_test_/);
  expect(await get("/me", pair)).toMatchObject({ json: { data: { test: true } } });
  expect(await get("/key-pairs", pair)).toMatchObject({ status: 200 });
  expect(await post("/key-pairs", { name: "More" }, pair)).toMatchObject(FORBIDDEN);
  expect(await post("/imports", { type: "customers", filename: "a.csv" }, pair)).toMatchObject(FORBIDDEN);
  expect(await post("/triggers", {}, pair)).toMatchObject(FORBIDDEN);
});

test("a request repeated with its name makes one pair, and its secret is not told again", async () => {
  const { call, acme, get } = await createAccessWorld();
  const ask = async () =>
    call("POST", "/api/v2/key-pairs", {
      authorization: acme.bearer,
      body: { name: "Shop" },
      headers: { "idempotency-key": "one" },
    });
  const [first, second] = [await ask(), await ask()];
  expect(first.status).toBe(200);
  expect(second).toMatchObject({ status: 409, json: { field: "Idempotency-Key" } });
  expect(second.text).not.toContain("sk_");
  expect((await get("/key-pairs")).keys).toHaveLength(2);
});

test("killed at any write, a repeated request leaves one pair at most", async () => {
  for (let step = 1; step <= 4; step++) {
    const { call, acme, get, killSwitch, clock } = await createAccessWorld();
    const ask = async () =>
      call("POST", "/api/v2/key-pairs", {
        authorization: acme.bearer,
        body: { name: "Shop" },
        headers: { "idempotency-key": "one" },
      });
    killSwitch.killAt(step);
    await ask();
    killSwitch.revive();
    clock.advance(HOUR);
    await ask();
    expect((await get("/key-pairs")).keys).toHaveLength(2);
  }
});

test.each([
  ["no body", undefined, "'name' is a required property", "name"],
  ["an empty name", { name: " " }, "' ' is too short", "name"],
  ["a long name", { name: "n".repeat(101) }, expect.stringContaining("is too long"), "name"],
  ["text for a flag", { name: "a", test: "yes" }, "'yes' is not of type 'boolean'", "test"],
  ["what it does not know", { name: "a", tset: true }, expect.stringContaining("'tset' unexpected"), undefined],
])("a pair is not made of %s", async (_, body, message, field) => {
  const { post, get } = await createAccessWorld();
  const { status, json } = await post("/key-pairs", body);
  expect([status, json]).toEqual([400, { message, status: 400, ...(field !== undefined && { field }) }]);
  expect((await get("/key-pairs")).keys).toHaveLength(1);
});

test("a rotated pair works until its overlap is over, and the new one from the start", async () => {
  const { pair, key, post, get, clock, deeds } = await worldWithPair();
  clock.advance(1);
  const rotated = await post(`/key-pairs/${key}/rotation`, { overlap_hours: 2 });
  expect(dataOf(rotated)).toMatchObject({ name: "Shop", test: false, expires_at: null });
  const fresh = basic(textOf(rotated, "public_key"), textOf(rotated, "secret_key"));
  const statuses = async () => [(await get("/me", pair)).status, (await get("/me", fresh)).status];
  expect(await statuses()).toEqual([200, 200]);
  clock.advance(2 * HOUR - 1);
  expect(await statuses()).toEqual([200, 200]);
  clock.advance(1);
  expect(await statuses()).toEqual([401, 200]);
  expect((await deeds())[0]).toMatchObject({ action: "key_pair.rotated", subject_key: key });
  expect(await get("/key-pairs")).toMatchObject({
    json: { data: { items: [{ key: textOf(rotated, "key") }, { key, replaced_by: textOf(rotated, "key") }, {}] } },
  });
});

test("the overlap is a day unless told otherwise, and may be nothing; a test pair stays one", async () => {
  const { pair, key, post, get, clock } = await worldWithPair({ name: "Trial", test: true });
  const rotated = await post(`/key-pairs/${key}/rotation`);
  expect(textOf(rotated, "secret_key")).toMatch(/^sk_test_/);
  clock.advance(DAY - 1);
  expect((await get("/me", pair)).status).toBe(200);
  clock.advance(1);
  expect((await get("/me", pair)).status).toBe(401);
  const fresh = basic(textOf(rotated, "public_key"), textOf(rotated, "secret_key"));
  await post(`/key-pairs/${textOf(rotated, "key")}/rotation`, { overlap_hours: 0 });
  expect((await get("/me", fresh)).status).toBe(401);
});

test("what is replaced or revoked already is not rotated", async () => {
  const { key, post, del } = await worldWithPair();
  const rotate = async (which: string, body?: object) => post(`/key-pairs/${which}/rotation`, body);
  const replaced = textOf(await rotate(key), "key");
  expect(await rotate(key)).toMatchObject({
    status: 409,
    json: { message: `the key pair is replaced by ${replaced}` },
  });
  await del(`/key-pairs/${replaced}`);
  expect(await rotate(replaced)).toMatchObject({ status: 409, json: { message: "the key pair is revoked" } });
  expect(await rotate("keyp_nobody")).toMatchObject({ status: 404 });
});

test.each([
  [-1, "-1 is less than the minimum of 0"],
  [721, "721 is greater than the maximum of 720"],
  [1.5, "1.5 is not of type 'integer'"],
  ["1", "'1' is not of type 'integer'"],
])("an overlap of %j hours is refused", async (overlap_hours, message) => {
  const { key, post } = await worldWithPair();
  expect(await post(`/key-pairs/${key}/rotation`, { overlap_hours })).toMatchObject({
    status: 400,
    json: { field: "overlap_hours", message: expect.stringContaining(message.split(" is")[0] ?? "") },
  });
});

test("a revoked pair opens nothing, and revoking it again changes nothing", async () => {
  const { pair, key, del, get, deeds, clock } = await worldWithPair();
  expect(dataOf(await del(`/key-pairs/${key}`))).toMatchObject({ key, revoked_at: clock() });
  expect(await get("/me", pair)).toMatchObject({ status: 401, json: { message: "Unauthorized", status: 401 } });
  const before = await deeds();
  clock.advance(HOUR);
  expect(dataOf(await del(`/key-pairs/${key}`))).toMatchObject({ revoked_at: clock() - HOUR });
  expect(await deeds()).toEqual(before);
  expect(before[0]).toMatchObject({ action: "key_pair.revoked", subject_key: key });
});

test("no key revokes the last pair for production, but an administrator does", async () => {
  const { acme, get, del, post, keysOf } = await createAccessWorld();
  await post("/key-pairs", { name: "Trial", test: true });
  const [, only] = await keysOf("/key-pairs");
  expect(await del(`/key-pairs/${only}`, undefined, acme.basic)).toMatchObject({
    status: 409,
    json: { message: expect.stringContaining("last key pair for production") },
  });
  expect(await del(`/key-pairs/${only}`)).toMatchObject({ status: 200 });
  expect((await get("/me", acme.basic)).status).toBe(401);
});

test("a key revokes itself where another goes on", async () => {
  const { pair, key, del, get } = await worldWithPair();
  expect(await del(`/key-pairs/${key}`, undefined, pair)).toMatchObject({ status: 200 });
  expect((await get("/me", pair)).status).toBe(401);
});

test("of two keys that revoke each other at once, one stays", async () => {
  const { acme, pair, get, del, keysOf } = await worldWithPair();
  const [newer, older] = await keysOf("/key-pairs");
  const replies = await Promise.all([
    del(`/key-pairs/${newer}`, undefined, acme.basic),
    del(`/key-pairs/${older}`, undefined, pair),
  ]);
  expect(statusesOf(...replies)).toEqual([200, 409]);
  expect(statusesOf(await get("/me", acme.basic), await get("/me", pair))).toEqual([200, 401]);
});

test("who may not do everything makes no keys, which may", async () => {
  const { bearer, post, del, key } = await worldWithPair();
  const bo = await bearer("bo@acme.example", ["access:read", "access:write"]);
  expect(await post("/key-pairs", { name: "Mine" }, bo)).toMatchObject(FORBIDDEN);
  expect(await post(`/key-pairs/${key}/rotation`, {}, bo)).toMatchObject(FORBIDDEN);
  expect(await del(`/key-pairs/${key}`, undefined, bo)).toMatchObject({ status: 200 });
});

test("pairs are listed to the end, newest first, each once", async () => {
  const { post, call, acme, clock, walk } = await createAccessWorld();
  for (let count = 0; count < 6; count++) {
    clock.advance(1_000);
    await post("/key-pairs", { name: `Pair ${count}` });
  }
  const seen = await walk("/key-pairs");
  expect(seen).toHaveLength(7);
  expect(new Set(seen).size).toBe(7);
  const back = await call("GET", "/api/v2/key-pairs", {
    authorization: acme.bearer,
    query: { ending_before: String(seen[3]) },
  });
  expect(back.keys).toEqual(seen.slice(0, 3));
  for (const parameter of ["starting_after", "ending_before"]) {
    expect(
      await call("GET", "/api/v2/key-pairs", { authorization: acme.bearer, query: { [parameter]: "keyp_nobody" } }),
    ).toMatchObject({ status: 400, json: { field: parameter } });
  }
});

test("a program has fifty pairs at most", async () => {
  const { post, keysOf, del } = await createAccessWorld();
  for (let count = 1; count < 50; count++) expect((await post("/key-pairs", { name: "Pair" })).status).toBe(200);
  expect(await post("/key-pairs", { name: "Pair" })).toMatchObject({ status: 409 });
  await del(`/key-pairs/${(await keysOf("/key-pairs"))[0]}`);
  expect(await post("/key-pairs", { name: "Pair" })).toMatchObject({ status: 200 });
});

test("another program's pairs are neither listed nor found, by whichever name", async () => {
  const { start, get, del, post, acme } = await createAccessWorld();
  const globex = await start({ key: "globex", admin_email: "eve@globex.example" });
  const {
    keys: [theirs],
  } = await get("/key-pairs", globex.bearer);
  expect((await get("/key-pairs")).keys).not.toContain(theirs);
  for (const name of [theirs, globex.publicKey, "pk_unknown", `pk_${"x".repeat(3_000)}`]) {
    expect(await del(`/key-pairs/${String(name)}`)).toMatchObject({
      status: 404,
      text: '{"message":"Not found","status":404}',
    });
    expect(await post(`/key-pairs/${String(name)}/rotation`)).toMatchObject({ status: 404 });
  }
  expect((await get("/me", globex.basic)).status).toBe(200);
  expect((await get("/me", acme.basic)).status).toBe(200);
});

test("a pair of before there were records goes on working, and is rotated and revoked by its public key", async () => {
  const { table, get, post, del, clock } = await createAccessWorld();
  const old = async (publicKey: string) => {
    const secret_hash = createHash("sha256").update("sk_old").digest("hex");
    await table.write({ put: { pk: `credential/${publicKey}`, sk: "#", program: "acme", secret_hash, created_at: 0 } });
    return basic(publicKey, "sk_old");
  };
  const [one, other] = [await old("pk_one"), await old("pk_other")];
  expect([(await get("/me", one)).status, (await get("/me", other)).status]).toEqual([200, 200]);
  expect((await get("/key-pairs")).keys).toHaveLength(1);
  expect(await post("/key-pairs/pk_one/rotation", { overlap_hours: 1 })).toMatchObject({ status: 200 });
  expect((await get("/me", one)).status).toBe(200);
  clock.advance(HOUR);
  expect((await get("/me", one)).status).toBe(401);
  expect(await del("/key-pairs/pk_other")).toMatchObject({ status: 200, json: { data: { name: "Made earlier" } } });
  expect((await get("/me", other)).status).toBe(401);
  expect((await get("/key-pairs")).keys).toHaveLength(4);
});

test("the day of the last use is told, and written once a day", async () => {
  const { acme, get, clock, table } = await createAccessWorld();
  let writes = 0;
  table.beforeWrite = () => void (writes += 1);
  const lastUse = async () => dataOf(await get("/key-pairs"))["items"];
  clock.set("2026-04-02T09:00:00Z");
  for (let time = 0; time < 3; time++) await get("/me", acme.basic);
  expect(writes).toBe(1);
  expect(await lastUse()).toMatchObject([{ last_used_on: "2026-04-02" }]);
  table.beforeWrite = () => {
    throw new Error("the table is down");
  };
  clock.advance(DAY);
  expect((await get("/me", acme.basic)).status).toBe(200);
  table.beforeWrite = () => {};
  await get("/me", acme.basic);
  expect(await lastUse()).toMatchObject([{ last_used_on: "2026-04-03" }]);
});
