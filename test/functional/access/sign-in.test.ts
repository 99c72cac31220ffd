import { expect, test } from "vitest";
import type { OpenRequest } from "../../../shared/api/request.ts";
import { requestSignIn } from "../../../shared/api/sign-in/request-sign-in.ts";
import { partnership } from "../../../shared/records/partnership.ts";
import { teammateKey } from "../../../shared/records/teammate.ts";
import { type AccessWorld, createAccessWorld, dataOf, DAY, HOUR, MINUTE, statusesOf, textOf } from "./access-world.ts";

const UNAUTHORIZED = { status: 401, text: '{"message":"Unauthorized","status":401}' };

async function worldToSignIn() {
  const world = await createAccessWorld();
  const { call, sendMails, mails } = world;
  const ask = async (body: unknown) => call("POST", "/api/v2/sign-in", { body });
  const exchange = async (token: unknown) => call("POST", "/api/v2/sign-in/token", { body: { token } });
  const codeIn = (text = "") => /One-time code: (\S+)/.exec(text)?.[1] ?? "";
  return {
    ...world,
    ask,
    exchange,
    codeIn,
    /** The code that an address is mailed. */
    async codeFor(email: string, more: object = {}) {
      expect((await ask({ program: "acme", email, ...more })).status).toBe(200);
      const before = mails.length;
      await sendMails();
      return mails.length > before ? codeIn(mails.at(-1)?.text) : undefined;
    },
  };
}

test("a teammate signs in by a mailed code, for half a day", async () => {
  const { codeFor, exchange, get, mails, clock, deeds, table } = await worldToSignIn();
  const code = (await codeFor("ADA@acme.example")) ?? "";
  expect(mails).toMatchObject([{ to: "ada@acme.example", subject: "Sign in to Acme" }]);
  expect(code).toMatch(/^[\w-]{43}$/);
  const made = await exchange(code);
  expect(dataOf(made)).toMatchObject({
    program: "acme",
    kind: "session",
    holder: "teammate",
    email: "ada@acme.example",
    expires_at: clock() + 12 * HOUR,
  });
  const bearer = `Bearer ${textOf(made, "token")}`;
  expect(await get("/me", bearer)).toMatchObject({ json: { data: { kind: "teammate", role: "admin" } } });
  for (const secret of [code, textOf(made, "token")]) expect(JSON.stringify(table.items())).not.toContain(secret);
  expect((await deeds())[0]).toEqual({
    action: "session.created",
    actor: { kind: "teammate", id: "ada@acme.example" },
    remote_ip: "127.0.0.1",
    subject_key: textOf(made, "key"),
  });
  clock.advance(12 * HOUR - 1);
  expect((await get("/me", bearer)).status).toBe(200);
  clock.advance(1);
  expect((await get("/me", bearer)).status).toBe(401);
});

test("a partner signs in by a mailed code, for a week, and signs out", async () => {
  const { addPartner, codeFor, exchange, get, del, clock, deeds } = await worldToSignIn();
  await addPartner("part_1");
  const made = await exchange(await codeFor("PART_1@p.example"));
  expect(dataOf(made)).toMatchObject({ holder: "partner", partnership_key: "part_1", expires_at: clock() + 7 * DAY });
  const bearer = `Bearer ${textOf(made, "token")}`;
  expect(await get("/me", bearer)).toMatchObject({ json: { data: { kind: "partner", partnership_key: "part_1" } } });
  const [deed] = await deeds();
  expect(deed).toMatchObject({ action: "session.created", actor: { kind: "partner", id: "part_1" } });
  await del(`/me/tokens/${textOf(made, "key")}`, undefined, bearer);
  expect((await get("/me", bearer)).status).toBe(401);
  expect(JSON.stringify(await deeds())).not.toContain("p.example");
});

test("a code works once, within fifteen minutes", async () => {
  const { codeFor, exchange, clock } = await worldToSignIn();
  const first = await codeFor("ada@acme.example");
  clock.advance(15 * MINUTE - 1);
  expect((await exchange(first)).status).toBe(200);
  expect(await exchange(first)).toMatchObject(UNAUTHORIZED);
  const second = await codeFor("ada@acme.example");
  clock.advance(15 * MINUTE);
  expect(await exchange(second)).toMatchObject(UNAUTHORIZED);
});

test("of two who use a code at once, one gets in", async () => {
  const { codeFor, exchange } = await worldToSignIn();
  const code = await codeFor("ada@acme.example");
  expect(statusesOf(...(await Promise.all([exchange(code), exchange(code)])))).toEqual([200, 401]);
});

test.each([
  ["an unknown code", "x".repeat(43)],
  ["the admin's token", undefined],
])("%s is refused like any", async (_, given) => {
  const { acme, exchange } = await worldToSignIn();
  expect(await exchange(given ?? acme.bearer.slice(7))).toMatchObject(UNAUTHORIZED);
});

test.each([
  ["no code", {}, "'token' is a required property", "token"],
  ["no text", { token: 1 }, "1 is not of type 'string'", "token"],
  ["a code longer than any", { token: "x".repeat(201) }, expect.stringContaining("is too long"), "token"],
  ["what it does not know", { token: "x", program: "acme" }, expect.stringContaining("unexpected"), undefined],
])("an exchange of %s is refused", async (_, body, message, field) => {
  const { call } = await worldToSignIn();
  const { status, json } = await call("POST", "/api/v2/sign-in/token", { body });
  expect([status, json]).toEqual([400, { message, status: 400, ...(field !== undefined && { field }) }]);
});

test.each([
  ["no program", { email: "ada@acme.example" }, "program"],
  ["what is no program's key", { program: "Acme/../globex", email: "ada@acme.example" }, "program"],
  ["no address", { program: "acme" }, "email"],
  ["what is no address", { program: "acme", email: "ada" }, "email"],
  ["an unknown side", { program: "acme", email: "ada@acme.example", as: "admin" }, "as"],
  ["what it does not know", { program: "acme", email: "ada@acme.example", to: "eve@evil.example" }, undefined],
])("a request with %s is refused", async (_, body, field) => {
  const { ask, mailQueue } = await worldToSignIn();
  const { status, json } = await ask(body);
  expect([status, json]).toMatchObject([400, field === undefined ? {} : { field }]);
  expect(mailQueue.messages).toEqual([]);
});

test("whoever is unknown gets the same answer after the same work, and no mail", async () => {
  const known = { program: "acme", email: "ada@acme.example" };
  const seen = [];
  for (const body of [
    known,
    { ...known, email: "eve@evil.example" },
    { ...known, program: "nobody" },
    { ...known, as: "partner" },
  ]) {
    const { ask, table, mailQueue, sendMails, mails, log } = await worldToSignIn();
    const before = { ...table.units, items: table.items().length };
    const { status, text, headers } = await ask(body);
    const work = [
      table.units.read - before.read,
      table.units.write - before.write,
      table.items().length - before.items,
    ];
    seen.push(JSON.stringify([status, text, headers, work, mailQueue.messages.length]));
    await sendMails();
    expect(mails).toHaveLength(body === known ? 1 : 0);
    expect(log.lines.filter(({ level }) => level !== "info")).toEqual([]);
  }
  expect(new Set(seen).size).toBe(1);
});

test("nothing of a sign-in is logged but which program it was for", async () => {
  const { codeFor, exchange, log } = await worldToSignIn();
  const code = (await codeFor("ada@acme.example")) ?? "";
  const made = await exchange(code);
  await codeFor("eve@evil.example");
  const logged = JSON.stringify(log.lines);
  for (const secret of [code, textOf(made, "token"), "@", "127.0.0.1"]) expect(logged).not.toContain(secret);
});

test("an address is mailed three codes in fifteen minutes at most, and nobody is told of it", async () => {
  const { ask, sendMails, mails, clock } = await worldToSignIn();
  const replies = [];
  for (let count = 0; count < 6; count++) replies.push(await ask({ program: "acme", email: "ada@ACME.example" }));
  expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  await sendMails();
  expect(mails).toHaveLength(3);
  clock.advance(15 * MINUTE);
  await ask({ program: "acme", email: "ada@acme.example" });
  await sendMails();
  expect(mails).toHaveLength(4);
});

test("thirty requests in fifteen minutes come through from one place, whatever program and whomever they name", async () => {
  const { ask, clock, ports } = await worldToSignIn();
  const statuses = [];
  for (let count = 0; count < 31; count++)
    statuses.push((await ask({ program: `p${count}`, email: `a${count}@a.example` })).status);
  expect(statuses).toEqual([...Array.from({ length: 30 }, () => 200), 429]);
  const refused = await ask({ program: "acme", email: "ada@acme.example" });
  expect(refused).toMatchObject({ status: 429, headers: { "retry-after": "900" } });
  expect((await ask({ program: "globex", email: "ada@acme.example" })).status).toBe(429);
  const elsewhere: OpenRequest = {
    path: {},
    query: {},
    body: { program: "acme", email: "ada@acme.example" },
    remoteIp: "192.0.2.1",
  };
  expect((await requestSignIn(ports, elsewhere)).status).toBe(200);
  clock.advance(15 * MINUTE);
  expect((await ask({ program: "acme", email: "ada@acme.example" })).status).toBe(200);
});

test("what counts and what was mailed is forgotten by the table", async () => {
  const { codeFor, table, clock } = await worldToSignIn();
  await codeFor("ada@acme.example");
  const made = table.items().filter(({ pk }) => /sign-in|\/mail\//.test(pk));
  // Two counts, the claim of the mail, and a code for each time that its message came.
  expect(made).toHaveLength(5);
  for (const { expires, pk } of made) {
    expect(Number(expires) * 1000, pk).toBeGreaterThan(clock() + 15 * MINUTE - 1);
    expect(Number(expires) * 1000, pk).toBeLessThanOrEqual(clock() + 7 * DAY);
  }
});

const changed = async ({ ledger }: AccessWorld, change: object) => {
  const [before] = await ledger.find(partnership, "acme", "key", ["part_1"]);
  if (before === undefined) throw new Error("there is no partner");
  const after = { ...before.record, ...change };
  expect(await ledger.commit({ mark: "m", changes: [{ declaration: partnership, before, after }] })).toBe(true);
};

test.each([[{ archived: true }], [{ status: "pending" }], [{ status: "declined" }]])(
  "a partner of %j is not let in, not even with a code of before",
  async (change) => {
    const world = await worldToSignIn();
    const { addPartner, codeFor, exchange } = world;
    await addPartner("part_1");
    const before = await codeFor("part_1@p.example");
    expect(before).toBeDefined();
    await changed(world, change);
    expect(await codeFor("part_1@p.example")).toBeUndefined();
    expect(await exchange(before)).toMatchObject(UNAUTHORIZED);
  },
);

test("a code of a teammate who was removed meanwhile is worthless, also when they are added again", async () => {
  const { codeFor, exchange, post, del } = await worldToSignIn();
  await post("/teammates", { email: "bo@acme.example" });
  const code = await codeFor("bo@acme.example");
  await del(`/teammates/${teammateKey("acme", "bo@acme.example")}`);
  expect(await codeFor("bo@acme.example")).toBeUndefined();
  await post("/teammates", { email: "bo@acme.example" });
  expect(await exchange(code)).toMatchObject(UNAUTHORIZED);
  expect((await exchange(await codeFor("bo@acme.example"))).status).toBe(200);
});

test("who is teammate and partner chooses as what to come in", async () => {
  const { addPartner, codeFor, exchange } = await worldToSignIn();
  await addPartner("part_1", { email: "ada@acme.example" });
  const holderOf = async (more: object) => dataOf(await exchange(await codeFor("ada@acme.example", more)))["holder"];
  expect([await holderOf({}), await holderOf({ as: "teammate" }), await holderOf({ as: "partner" })]).toEqual([
    "teammate",
    "teammate",
    "partner",
  ]);
});

test("another program's address opens nothing here", async () => {
  const { start, ask, sendMails, mails } = await worldToSignIn();
  await start({ key: "globex", admin_email: "eve@globex.example" });
  await ask({ program: "acme", email: "eve@globex.example" });
  await sendMails();
  expect(mails).toEqual([]);
});
