import { expect, test } from "vitest";
import { authenticate } from "../../../shared/access/authenticate.ts";
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
