import { describe, expect, it, test } from "vitest";
import { auditEntry } from "../../shared/records/audit-entry.ts";
import { customer } from "../../shared/records/customer.ts";
import { aCustomer } from "./ledger-records.ts";
import { isSigned } from "./webhook-signed.ts";
import { TARGET, WEBHOOKS, webhookWorld } from "./webhook-world.ts";

const HOUR = 3_600_000;

test("a webhook is made with what was left out, listed, read, changed and archived; its secret is shown once", async () => {
  const { call, clock, table, make } = await webhookWorld();
  const asked = { target: TARGET, events: ["customer.*", "deal.created", "customer.*"] };
  const { status, json } = await call("POST", WEBHOOKS, asked);
  const shown = {
    key: expect.stringMatching(/^whk_/),
    created_at: clock(),
    updated_at: clock(),
    target: TARGET,
    events: ["customer.*", "deal.created"],
    name: null,
    active: true,
    pause_reason: null,
    paused_at: null,
    archived: false,
    made_by: { kind: "key", id: expect.stringMatching(/^pk_/) },
  };
  expect([status, json]).toEqual([
    200,
    {
      data: { ...shown, secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/) },
      message: "Webhook created",
      status: 200,
    },
  ]);
  clock.advance(1000);
  const { key, secret } = await make({ name: "Ours", active: false });
  expect((await call("GET", WEBHOOKS)).keys[0]).toBe(key);
  const read = await call("GET", `${WEBHOOKS}/${key}`);
  expect(read).toMatchObject({ json: { data: { name: "Ours", active: false, pause_reason: "by_request" } } });
  const changed = await call("PATCH", `${WEBHOOKS}/${key}`, { active: true, events: ["*"], name: null });
  expect(changed).toMatchObject({ status: 200, json: { data: { name: null, active: true, paused_at: null } } });
  const archived = await call("DELETE", `${WEBHOOKS}/${key}`);
  expect(archived).toMatchObject({ status: 200, json: { data: { archived: true, active: false } } });
  expect(await call("PATCH", `${WEBHOOKS}/${key}`, { active: true })).toMatchObject({ status: 409 });
  for (const { text } of [read, changed, archived, await call("GET", WEBHOOKS)]) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain("whsec_");
  }
  // It is where signatures find it, and in no image of the webhook.
  const holding = table.items().filter((item) => JSON.stringify(item).includes(secret));
  expect(holding.map(({ pk, sk }) => [pk, sk])).toEqual([[`acme/webhook/${key}`, "secrets"]]);
});

describe("what could not work, or must not, is refused with its field:", () => {
  const cases: readonly (readonly [what: string, body: object, field: string | undefined])[] = [
    ["no target", { events: ["*"] }, "target"],
    ["a target that is none", { target: "nowhere", events: ["*"] }, "target"],
    ["a target that is no text", { target: 1, events: ["*"] }, "target"],
    ["a target without TLS", { target: "http://hooks.example.com/", events: ["*"] }, "target"],
    ["another scheme", { target: "file:///etc/passwd", events: ["*"] }, "target"],
    ["credentials in the target", { target: "https://a:b@hooks.example.com/", events: ["*"] }, "target"],
    ["another port", { target: "https://hooks.example.com:8443/", events: ["*"] }, "target"],
    ["a private target", { target: "https://10.0.0.1/", events: ["*"] }, "target"],
    ["this very machine", { target: "https://localhost/", events: ["*"] }, "target"],
    ["the cloud's metadata", { target: "https://169.254.169.254/latest", events: ["*"] }, "target"],
    ["a target without end", { target: `https://hooks.example.com/${"x".repeat(2048)}`, events: ["*"] }, "target"],
    ["no events", { target: TARGET }, "events"],
    ["an empty list of events", { target: TARGET, events: [] }, "events"],
    ["events that are no list", { target: TARGET, events: "*" }, "events"],
    ["an unknown event", { target: TARGET, events: ["customer.created", "customer.sung"] }, "events.1"],
    ["an unknown pattern", { target: TARGET, events: ["custom.*"] }, "events.0"],
    ["too many events", { target: TARGET, events: Array.from({ length: 101 }, () => "*") }, "events"],
    ["a name too long", { target: TARGET, events: ["*"], name: "x".repeat(101) }, "name"],
    ["a flag that is none", { target: TARGET, events: ["*"], active: "yes" }, "active"],
    ["a field that is none", { target: TARGET, events: ["*"], secret: "whsec_mine" }, undefined],
  ];
  it.each(cases)("%s", async (_what, body, field) => {
    const { call, make } = await webhookWorld();
    const refused = await call("POST", WEBHOOKS, body);
    expect(refused).toMatchObject({ status: 400, json: field === undefined ? {} : { field } });
    expect((await call("GET", WEBHOOKS)).keys).toEqual([]);
    if (field === undefined || !(field.split(".")[0] ?? "" in body)) return;
    const [name = ""] = field.split(".");
    if (!Object.hasOwn(body, name)) return;
    const { key } = await make();
    const change = { [name]: Object.entries(body).find(([one]) => one === name)?.[1] };
    expect(await call("PATCH", `${WEBHOOKS}/${key}`, change)).toMatchObject({ status: 400, json: { field } });
  });
});

test("a program has twenty webhooks at most; archived ones make room", async () => {
  const { call, make } = await webhookWorld();
  const { key } = await make();
  for (let count = 1; count < 20; count++) await make();
  const body = { target: TARGET, events: ["*"] };
  expect(await call("POST", WEBHOOKS, body)).toMatchObject({ status: 409 });
  await call("DELETE", `${WEBHOOKS}/${key}`);
  expect(await call("POST", WEBHOOKS, body)).toMatchObject({ status: 200 });
});

test("nobody is told by a webhook of what they may not read", async () => {
  const { call, hire, bearerOf, make, change, run, deliveries } = await webhookWorld();
  const permissions = ["webhooks:read", "webhooks:write", "records:read:customers"] as const;
  await hire("acme", { email: "bo@acme.example", permissions: [...permissions] });
  const authorization = await bearerOf({ program: "acme", kind: "teammate", email: "bo@acme.example" });
  const asBo = (method: string, path: string, body?: object) => call(method, path, body, { authorization });
  expect(await asBo("POST", WEBHOOKS, { target: TARGET, events: ["customer.*"] })).toMatchObject({ status: 200 });
  for (const events of [["*"], ["customer.*", "deal.created"], ["import.*"], ["application.created"]])
    expect(await asBo("POST", WEBHOOKS, { target: TARGET, events })).toMatchObject({ status: 403 });
  const { key } = await make({ events: ["customer.*", "deal.*"] });
  const path = `${WEBHOOKS}/${key}`;
  expect(await asBo("PATCH", path, { target: "https://bo.example.com/" })).toMatchObject({ status: 403 });
  expect(await asBo("PATCH", path, { events: ["customer.*"] })).toMatchObject({ status: 200 });
  await change([{ declaration: customer, after: aCustomer() }], "chg_1");
  await run();
  const [delivery] = await deliveries(key);
  const of = `${path}/deliveries/${String(delivery?.["key"])}`;
  expect(await asBo("GET", of)).toMatchObject({ json: { data: { payload: { data: { email: "U1@x.io" } } } } });
  await hire("acme", { email: "bo@acme.example", permissions: ["webhooks:read"] });
  expect(await asBo("GET", of)).toMatchObject({ status: 200, json: { data: { payload: null } } });
});

test.each([1, 2, 3, 4, 5])(
  "cut short at write %i and repeated by its key, a request makes one webhook",
  async (step) => {
    const { call, clock, killSwitch, table } = await webhookWorld();
    const ask = () =>
      call("POST", WEBHOOKS, { target: TARGET, events: ["*"] }, { headers: { "idempotency-key": "a" } });
    killSwitch.killAt(step);
    const first = await ask();
    killSwitch.revive();
    // So long nobody else works on it.
    clock.advance(31_000);
    const second = await ask();
    // A secret that may have been shown is not shown again.
    expect([first.status, second.status]).toEqual(step === 5 ? [200, 409] : [500, 200]);
    expect((await call("GET", WEBHOOKS)).keys).toHaveLength(1);
    const [item] = table.items().filter(({ sk }) => sk === "secrets");
    expect((step === 5 ? first : second).text).toContain(JSON.stringify(item?.["current"]));
  },
);

test("a secret is rotated once by a request that is repeated", async () => {
  const { call, make, table } = await webhookWorld();
  const { key, secret } = await make();
  const rotate = () => call("POST", `${WEBHOOKS}/${key}/rotate-secret`, {}, { headers: { "idempotency-key": "r" } });
  expect(await rotate()).toMatchObject({ status: 200 });
  expect(await rotate()).toMatchObject({ status: 409, json: { field: "Idempotency-Key" } });
  expect(table.items().filter(({ sk }) => sk === "secrets")).toMatchObject([{ previous: secret }]);
});

test("a rotated secret signs beside its follower for as long as was asked for", async () => {
  const { call, clock, make, run, receiver } = await webhookWorld();
  const { key, secret } = await make();
  const rotate = async (body?: object) => {
    const { json } = await call("POST", `${WEBHOOKS}/${key}/rotate-secret`, body);
    return (json as { data: { secret: string; previous_secret_until: number | null } }).data;
  };
  const send = async () => {
    await call("POST", `${WEBHOOKS}/${key}/test`);
    await run();
    const post = receiver.posts.at(-1);
    if (post === undefined) throw new Error("nothing was posted");
    return post;
  };
  const second = await rotate({ overlap_hours: 2 });
  expect([second.secret === secret, second.previous_secret_until]).toEqual([false, clock() + 2 * HOUR]);
  const both = await send();
  expect([isSigned(both, second.secret), isSigned(both, secret)]).toEqual([true, true]);
  clock.advance(2 * HOUR);
  const one = await send();
  expect([isSigned(one, second.secret), isSigned(one, secret)]).toEqual([true, false]);
  const third = await rotate({ overlap_hours: 0 });
  const alone = await send();
  expect([isSigned(alone, third.secret), isSigned(alone, second.secret)]).toEqual([true, false]);
  for (const [body, field] of [
    [{ overlap_hours: -1 }, "overlap_hours"],
    [{ overlap_hours: 169 }, "overlap_hours"],
    [{ overlap_hours: "2" }, "overlap_hours"],
  ] as const)
    expect(await call("POST", `${WEBHOOKS}/${key}/rotate-secret`, body)).toMatchObject({
      status: 400,
      json: { field },
    });
});

test("a test is sent once, also to a paused webhook, and tells what came of it", async () => {
  const { call, make, run, receiver, deliveries } = await webhookWorld();
  const { key, secret } = await make({ active: false, events: ["deal.created"] });
  receiver.answer = () => ({ status: 500 });
  const { status, json } = await call("POST", `${WEBHOOKS}/${key}/test`);
  expect([status, json]).toMatchObject([200, { data: { status: "pending", event: "webhook.test", attempts: [] } }]);
  await run();
  expect(receiver.posts).toHaveLength(1);
  const [post] = receiver.posts;
  expect(post && isSigned(post, secret)).toBe(true);
  expect(JSON.parse(post?.body ?? "")).toMatchObject({ type: "webhook.test", data: { webhook_key: key } });
  expect(await deliveries(key)).toMatchObject([
    { status: "failed", attempts: [{ status: 500, reason: "bad_status" }] },
  ]);
  expect(await call("GET", `${WEBHOOKS}/${key}`)).toMatchObject({ json: { data: { pause_reason: "by_request" } } });
});

test("deliveries are listed newest first, by status, and by cursors of those that are gone", async () => {
  const { call, make, run, change, receiver, deliveries, clock } = await webhookWorld();
  const { key } = await make({ events: ["customer.created"] });
  receiver.answer = (_url, before) => ({ status: before === 1 ? 410 : 200 });
  for (let at = 1; at <= 3; at++) {
    clock.advance(60_000);
    if (at === 3) await call("PATCH", `${WEBHOOKS}/${key}`, { active: true });
    const after = aCustomer({ key: `cus_${at}`, customer_key: `u${at}`, email: `u${at}@x.io` });
    await change([{ declaration: customer, after }], `chg_${at}`);
    await run();
  }
  const path = `${WEBHOOKS}/${key}/deliveries`;
  const all = (await deliveries(key)).map((one) => String(one["key"]));
  expect(all).toEqual(all.toSorted().toReversed());
  expect((await deliveries(key)).map(({ status }) => status)).toEqual(["succeeded", "failed", "succeeded"]);
  expect((await call("GET", path, undefined, { query: { status: "failed" } })).keys).toEqual([all[1]]);
  const walked: unknown[] = [];
  for (let query: Record<string, string> = { limit: "1" }; ;) {
    const page = await call("GET", path, undefined, { query });
    walked.push(...page.keys);
    if (page.hasMore !== true) break;
    query = { limit: "1", starting_after: String(page.keys.at(-1)) };
  }
  expect(walked).toEqual(all);
  const up = await call("GET", path, undefined, { query: { ending_before: all[2] ?? "", limit: "1" } });
  expect([up.keys, up.hasMore]).toEqual([[all[1]], true]);
  const gone = `dlv_${String(clock() - 90_000).padStart(13, "0")}${"a".repeat(26)}`;
  expect((await call("GET", path, undefined, { query: { starting_after: gone } })).keys.length).toBeGreaterThan(0);
  for (const [query, field] of [
    [{ starting_after: "x".repeat(2000) }, "starting_after"],
    [{ ending_before: "" }, "ending_before"],
    [{ starting_after: all[0] ?? "", ending_before: all[0] ?? "" }, "ending_before"],
    [{ status: "lost" }, "status"],
    [{ limit: "0" }, "limit"],
  ] as const)
    expect(await call("GET", path, undefined, { query })).toMatchObject({ status: 400, json: { field } });
});

test("what was sent can be sent once more, by the same id; not to a paused webhook", async () => {
  const { call, make, run, change, receiver, deliveries } = await webhookWorld();
  const { key } = await make({ events: ["customer.*"] });
  await change([{ declaration: customer, after: aCustomer() }], "chg_1");
  await run();
  const [delivery] = await deliveries(key);
  const path = `${WEBHOOKS}/${key}/deliveries/${String(delivery?.["key"])}`;
  expect(await call("POST", `${path}/redeliver`)).toMatchObject({ status: 200, json: { data: { status: "pending" } } });
  await run();
  const ids = receiver.posts.map(({ headers }) => headers["webhook-id"]);
  expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
  expect(receiver.posts[0]?.body).toBe(receiver.posts[1]?.body);
  expect(await call("GET", path)).toMatchObject({
    json: { data: { status: "succeeded", attempts: [{ status: 200 }, { status: 200 }] } },
  });
  await call("PATCH", `${WEBHOOKS}/${key}`, { active: false });
  expect(await call("POST", `${path}/redeliver`)).toMatchObject({ status: 409 });
});

test("another program's webhooks and deliveries are as missing as what never was", async () => {
  const { call, start, make, run, change, deliveries, receiver } = await webhookWorld();
  const { basic: authorization } = await start({ key: "globex" });
  const { key } = await make();
  await change([{ declaration: customer, after: aCustomer() }], "chg_1");
  await run();
  const before = receiver.posts.length;
  const delivery = String((await deliveries(key))[0]?.["key"]);
  const paths = (webhook: string) =>
    [
      ["GET", ""],
      ["PATCH", ""],
      ["DELETE", ""],
      ["POST", "/rotate-secret"],
      ["POST", "/test"],
      ["GET", "/deliveries"],
      ["GET", `/deliveries/${delivery}`],
      ["POST", `/deliveries/${delivery}/redeliver`],
    ].map(([method = "", rest = ""]) => [method, `${WEBHOOKS}/${webhook}${rest}`] as const);
  const replies = [];
  for (const [method, path] of [...paths(key), ...paths("whk_none"), ...paths("x".repeat(3000))])
    replies.push(await call(method, path, method === "GET" ? undefined : {}, { authorization }));
  for (const [method, path] of paths(key).slice(6))
    replies.push(await call(method, path.replace(delivery, "dlv_none")));
  expect(new Set(replies.map(({ status, text }) => `${status} ${text}`))).toEqual(
    new Set(['404 {"message":"Not found","status":404}']),
  );
  expect((await call("GET", WEBHOOKS, undefined, { authorization })).keys).toEqual([]);
  await run();
  expect(receiver.posts.length).toBe(before);
});

test("the audit log has every deed, with who did it", async () => {
  const { call, make, run, ledger, receiver, change } = await webhookWorld();
  const { key } = await make();
  await call("PATCH", `${WEBHOOKS}/${key}`, { name: "Ours" });
  await call("POST", `${WEBHOOKS}/${key}/rotate-secret`);
  await call("POST", `${WEBHOOKS}/${key}/test`);
  receiver.answer = () => ({ status: 410 });
  await change([{ declaration: customer, after: aCustomer() }], "chg_1");
  await run();
  await call("DELETE", `${WEBHOOKS}/${key}`);
  const deeds = (await ledger.newest(auditEntry, "acme", 100)).map(({ record: { action, actor } }) => [
    action,
    actor.kind,
  ]);
  expect(new Set(deeds.map(String))).toEqual(
    new Set([
      "webhook.created,key",
      "webhook.updated,key",
      "webhook.secret_rotated,key",
      "webhook.tested,key",
      "webhook.paused,system",
      "webhook.archived,key",
    ]),
  );
});

test("no log line holds a target, a secret or what was sent", async () => {
  const { make, run, change, log, receiver, call } = await webhookWorld();
  const { key, secret } = await make();
  receiver.answer = (_url, before) => (before === 0 ? { failure: "tls_failed" } : { status: 200 });
  await change([{ declaration: customer, after: aCustomer() }], "chg_1");
  await run();
  await call("POST", `${WEBHOOKS}/${key}/rotate-secret`);
  const logged = JSON.stringify(log.lines);
  expect(logged).toContain("webhook.attempted");
  for (const one of ["hooks.example.com", "token=", secret, "whsec_", "U1@x.io"]) expect(logged).not.toContain(one);
});
