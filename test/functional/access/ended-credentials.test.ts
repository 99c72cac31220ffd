import { expect, test } from "vitest";
import { authenticate } from "../../../shared/access/authenticate.ts";
import { createUseNotes } from "../../../shared/access/note-use.ts";
import { routes } from "../../../shared/api/routes.ts";
import { teammateKey } from "../../../shared/records/teammate.ts";
import { basic } from "../api-world.ts";
import { createAccessWorld, DAY, HOUR, textOf } from "./access-world.ts";

const CLOSED = routes.filter(({ needs }) => needs !== "nothing");

test("whatever has ended is nobody on every route, and tells no more than what never was", async () => {
  const world = await createAccessWorld();
  const { acme, addPartner, bearerOf, call, clock, del, hire, post } = world;
  const { publicKey, secretKey } = acme;
  const partner = { program: "acme", kind: "partner", email: "p@p.example", partnership: "part_1" } as const;
  await addPartner("part_1");
  await hire("acme", { email: "bo@acme.example", role: "technical" });
  const ownToken = async (days: number) => post("/me/tokens", { name: "a", expires_in_days: days });
  const made = await ownToken(30);
  const rotated = await post("/key-pairs", { name: "Old" });
  const revoked = await post("/key-pairs", { name: "Gone" });
  const pairOf = (reply: typeof rotated) => basic(textOf(reply, "public_key"), textOf(reply, "secret_key"));
  const callers = {
    "an expired token": `Bearer ${textOf(await ownToken(1), "token")}`,
    "a revoked token": `Bearer ${textOf(made, "token")}`,
    "an expired token of a partner": await bearerOf(partner, { name: "a", expires_at: clock() + DAY }),
    "a removed teammate": await bearerOf({ program: "acme", kind: "teammate", email: "bo@acme.example" }),
    "a rotated pair behind its overlap": pairOf(rotated),
    "a revoked pair": pairOf(revoked),
    "an unknown pair": basic("pk_unknown", secretKey),
    "a wrong secret": basic(publicKey, "sk_wrong"),
    "an unknown token": "Bearer unknown",
  };
  const known = Object.entries(callers).slice(0, 6);
  for (const [who, authorization] of known)
    expect((await call("GET", "/api/v2/me", { authorization })).status, who).toBe(200);
  await del(`/me/tokens/${textOf(made, "key")}`);
  await del(`/teammates/${teammateKey("acme", "bo@acme.example")}`);
  await post(`/key-pairs/${textOf(rotated, "key")}/rotation`, { overlap_hours: 1 });
  await del(`/key-pairs/${textOf(revoked, "key")}`);
  const overlapping = await call("GET", "/api/v2/me", { authorization: pairOf(rotated) });
  expect(overlapping.status).toBe(200);
  clock.advance(HOUR);
  expect((await call("GET", "/api/v2/me", { authorization: callers["an expired token"] })).status).toBe(200);
  clock.advance(DAY - HOUR);
  for (const { method, path } of CLOSED) {
    for (const [who, authorization] of Object.entries(callers)) {
      const { status, text } = await call(method, path.replaceAll(/\{\w+\}/g, "key_1"), { authorization });
      expect([status, text], `${who} at ${method} ${path}`).toEqual([401, '{"message":"Unauthorized","status":401}']);
    }
  }
});

test("who somebody is takes two reads of the table at most", async () => {
  const { acme, addPartner, bearerOf, table, clock } = await createAccessWorld();
  await addPartner("part_1");
  const partner = { program: "acme", kind: "partner", email: "p@p.example", partnership: "part_1" } as const;
  for (const header of [acme.basic, acme.bearer, await bearerOf(partner), "Bearer unknown", basic("pk_1", "sk_1")]) {
    let reads = 0;
    const counting: Pick<typeof table, "get"> = {
      async get(places) {
        reads += 1;
        return table.get(places);
      },
    };
    await authenticate({ table: counting, clock }, header);
    expect(reads).toBeLessThanOrEqual(2);
  }
});

test("the authorizer itself knows nobody by what has ended", async () => {
  const { post, table, clock } = await createAccessWorld();
  const who = async (header: string) => authenticate({ table, clock }, header);
  const token = `Bearer ${textOf(await post("/me/tokens", { name: "a", expires_in_days: 1 }), "token")}`;
  const made = await post("/key-pairs", { name: "a" });
  const pair = basic(textOf(made, "public_key"), textOf(made, "secret_key"));
  await post(`/key-pairs/${textOf(made, "key")}/rotation`, { overlap_hours: 24 });
  expect(await who(token)).toMatchObject({ kind: "teammate", expires_at: clock() + DAY });
  expect(await who(pair)).toMatchObject({ kind: "key", expires_at: clock() + DAY });
  clock.advance(DAY);
  expect([await who(token), await who(pair)]).toEqual([undefined, undefined]);
});

test("what is known to have been used today is not noted again", async () => {
  const { table, clock } = await createAccessWorld();
  let writes = 0;
  table.beforeWrite = () => void (writes += 1);
  const noteUse = createUseNotes({ table, clock });
  const principal = { program: "acme", kind: "key", id: "pk_1", permissions: [], test: false } as const;
  await noteUse({ ...principal, permissions: [] });
  await noteUse({ ...principal, permissions: [], credential: { key: "keyp_1", used_on: "2026-04-01" } });
  expect(writes).toBe(0);
  const before = table.items();
  await noteUse({ ...principal, permissions: [], credential: { key: "keyp_gone", used_on: "2026-03-31" } });
  expect([writes, table.items()]).toEqual([1, before]);
});
