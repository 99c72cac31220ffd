import { expect, test } from "vitest";
import { authenticate } from "../../shared/access/authenticate.ts";
import { createKeyPair, createToken } from "../../shared/access/credentials.ts";
import { findTeammate, listTeammates } from "../../shared/access/teammates.ts";
import { basic, createWorld } from "./api-world.ts";

test("a key pair opens the door of its program", async () => {
  const { access, clock, table } = createWorld();
  const { publicKey, secretKey } = await createKeyPair(access, "acme");
  expect(publicKey).toMatch(/^pk_/);
  expect(secretKey).toMatch(/^sk_[\w-]{43}$/);
  expect(await authenticate({ table, clock }, basic(publicKey, secretKey))).toMatchObject({
    program: "acme",
    kind: "key",
    id: publicKey,
    permissions: [],
    test: false,
  });
});

test("neither secrets nor tokens are stored", async () => {
  const { access, table } = createWorld();
  const { secretKey } = await createKeyPair(access, "acme");
  const token = await createToken(access, { program: "acme", kind: "teammate", email: "ada@acme.example" });
  const stored = JSON.stringify(table.items());
  expect(stored).not.toContain(secretKey);
  expect(stored).not.toContain(token);
});

test.each([
  ["a wrong secret", (pair: Pair) => basic(pair.publicKey, `${pair.secretKey}x`)],
  ["an unknown key", (pair: Pair) => basic("pk_unknown", pair.secretKey)],
  ["no secret", (pair: Pair) => basic(pair.publicKey, "")],
  ["the pair turned round", (pair: Pair) => basic(pair.secretKey, pair.publicKey)],
  ["the secret as a token", (pair: Pair) => `Bearer ${pair.secretKey}`],
  ["a malformed header", () => "Basic"],
  ["no header", () => undefined],
])("%s is nobody", async (_, headerOf) => {
  const { access, clock, table } = createWorld();
  const pair = await createKeyPair(access, "acme");
  expect(await authenticate({ table, clock }, headerOf(pair))).toBeUndefined();
});

interface Pair {
  readonly publicKey: string;
  readonly secretKey: string;
}

test("a teammate's token carries the role and permissions of today", async () => {
  const { bearerOf, hire, clock, table } = createWorld();
  await hire("acme", { email: "Bo@acme.example", permissions: ["imports:read"] });
  const header = await bearerOf({ program: "acme", kind: "teammate", email: "bo@ACME.example" });
  expect(await authenticate({ table, clock }, header)).toMatchObject({ role: "member", permissions: ["imports:read"] });
  await hire("acme", { email: "Bo@acme.example", role: "admin" });
  expect(await authenticate({ table, clock }, header)).toMatchObject({
    id: "Bo@acme.example",
    role: "admin",
    permissions: [],
  });
});

test("a token without its teammate is nobody's", async () => {
  const { bearerOf, hire, clock, table } = createWorld();
  await hire("globex", { email: "bo@acme.example", role: "admin" });
  const header = await bearerOf({ program: "acme", kind: "teammate", email: "bo@acme.example" });
  expect(await authenticate({ table, clock }, header)).toBeUndefined();
});

test("a partner's token names the one partnership it may see", async () => {
  const { bearerOf, clock, table } = createWorld();
  const header = await bearerOf({ program: "acme", kind: "partner", email: "p@p.example", partnership: "part_1" });
  expect(await authenticate({ table, clock }, header)).toMatchObject({
    program: "acme",
    kind: "partner",
    id: "part_1",
    permissions: [],
    partnership: "part_1",
  });
});

test("teammates are found in any case, and listed for their program only", async () => {
  const { hire, table } = createWorld();
  await hire("acme", { email: "Bo@acme.example", name: "Bo" });
  await hire("acme", { email: "ada@acme.example" });
  await hire("globex", { email: "eve@globex.example" });
  expect(await findTeammate(table, "acme", "BO@acme.example")).toMatchObject({ name: "Bo" });
  expect(await findTeammate(table, "acme", "eve@globex.example")).toBeUndefined();
  expect((await listTeammates(table, "acme")).map(({ email }) => email)).toEqual([
    "ada@acme.example",
    "Bo@acme.example",
  ]);
});
