import { describe, expect, test } from "vitest";
import type { Change } from "../../shared/ledger/entry.ts";
import { customer } from "../../shared/records/customer.ts";
import { partnership } from "../../shared/records/partnership.ts";
import type { BaseRecord, Declaration } from "../../shared/records/record.ts";
import { reward } from "../../shared/records/reward.ts";
import { transaction } from "../../shared/records/transaction.ts";
import { WEBHOOK_EVENTS } from "../../shared/records/webhook-events.ts";
import { aCustomer, aPartner, aReward, aTransaction } from "./ledger-records.ts";
import { isSigned } from "./webhook-signed.ts";
import { TARGET, WEBHOOKS, webhookWorld } from "./webhook-world.ts";

const DAY = 24 * 3_600_000;
const MINUTE = 60_000;

const typesOf = (posts: readonly { readonly body: string }[]): string[] =>
  posts.map(({ body }) => (JSON.parse(body) as { type: string }).type).toSorted();

test("a change is told as the API shows its record, signed, with the instant of the change", async () => {
  const { make, change, run, receiver, clock, log } = await webhookWorld();
  const { secret } = await make({ events: ["customer.created"] });
  const at = clock();
  await change([{ declaration: customer, after: aCustomer() }], "chg_1");
  await run();
  expect(receiver.posts).toHaveLength(1);
  const [post] = receiver.posts;
  if (post === undefined) throw new Error("nothing was posted");
  expect(post).toMatchObject({
    url: TARGET,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "user-agent": "Partner-Ledger-Webhooks/1.0",
      "webhook-id": expect.stringMatching(/^evt_/),
      "webhook-timestamp": String(Math.floor(post.at / 1000)),
    },
  });
  expect(isSigned(post, secret)).toBe(true);
  expect(isSigned({ ...post, body: post.body.replace("U1", "U2") }, secret)).toBe(false);
  const { program: _program, former_partnership_keys: _internal, ...shown } = aCustomer();
  expect(JSON.parse(post.body)).toEqual({
    type: "customer.created",
    timestamp: new Date(at).toISOString(),
    data: {
      ...shown,
      anonymized: false,
      test: false,
      external_key: shown.customer_key,
      partner_key: null,
      source_key: null,
      meta: {},
      mdata: {},
      field_data: {},
      fields: [],
    },
  });
  expect(log.lines.filter(({ level }) => level !== "info")).toEqual([]);
});

describe("what happens is told by its name:", () => {
  const partner = aPartner({ status: "pending" });
  const bonus = aReward();
  const told = <R extends BaseRecord>(declaration: Declaration<R>, after: R, events: readonly string[]) =>
    [declaration as Declaration, after as BaseRecord, events] as const;
  const steps = [
    told(partnership, partner, ["application.created", "partnership.created"]),
    told(partnership, { ...partner, group_key: "grup_2" }, ["partnership.moved", "partnership.updated"]),
    told(partnership, { ...partner, status: "approved" }, [
      "application.approved",
      "partnership.moved",
      "partnership.updated",
    ]),
    told(partnership, { ...partner, status: "approved", archived: true }, ["partnership.archived"]),
    told(customer, aCustomer(), ["customer.created"]),
    told(customer, aCustomer({ name: "Grace" }), ["customer.updated"]),
    told(customer, aCustomer({ name: "Grace", archived: true }), ["customer.archived"]),
    told(transaction, aTransaction(), ["transaction.created"]),
    told(transaction, aTransaction({ amount: 7 }), ["transaction.updated"]),
    told(transaction, aTransaction({ amount: 7, archived: true }), ["transaction.archived"]),
    told(reward, bonus, ["reward.created"]),
    told(reward, { ...bonus, reward_status: "approved" }, ["reward.approved", "reward.updated"]),
    told(reward, { ...bonus, reward_status: "paid" }, ["reward.paid", "reward.updated"]),
    told(reward, { ...bonus, reward_status: "declined" }, ["reward.declined", "reward.updated"]),
    told(reward, aReward({ key: "r_paid", reward_status: "paid" }), ["reward.created", "reward.paid"]),
  ];
  const named = steps.map((step) => [step[2].join(" and "), step] as const);

  test.each(named)("%s", async (_what, wanted) => {
    const { make, change, run, receiver, ledger } = await webhookWorld();
    await make();
    for (const [at, [declaration, after, events]] of steps.slice(0, steps.indexOf(wanted) + 1).entries()) {
      const [before] = await ledger.find(declaration, "acme", "key", [after.key]);
      const made: Change = { declaration, before, after };
      const sent = receiver.posts.length;
      await change([made], `chg_${at}`);
      await run();
      expect(typesOf(receiver.posts.slice(sent))).toEqual(events);
    }
  });
});

test("each event of the list can be heard, by name and by both patterns", async () => {
  const { make } = await webhookWorld();
  expect(WEBHOOK_EVENTS.length).toBeGreaterThan(30);
  await expect(make({ events: [...WEBHOOK_EVENTS] })).resolves.toMatchObject({ key: expect.any(String) });
});

test("what was announced and never made is not told; what comes late is", async () => {
  const { make, change, run, receiver, queue, ledger, clock } = await webhookWorld();
  await make();
  await change([{ declaration: customer, after: aCustomer() }], "chg_never", false);
  const late = {
    declaration: customer,
    after: aCustomer({ key: "cus_2", customer_key: "u2", email: "u2@x.io" }),
  };
  await change([late], "chg_late", false);
  await run(25_000);
  expect([receiver.posts, queue.messages.length]).toEqual([[], 2]);
  await ledger.commit({ mark: "chg_late", changes: [late] });
  await run();
  expect(typesOf(receiver.posts)).toEqual(["customer.created"]);
  expect(receiver.posts[0]?.body).toContain("cus_2");
  expect(clock()).toBeLessThan(Date.parse("2026-04-01T12:00:00Z") + 2 * MINUTE);
});

test("a change is told as it was made, whatever has become of the record since", async () => {
  const { make, change, run, receiver, ledger } = await webhookWorld();
  await make({ events: ["customer.*"] });
  await change([{ declaration: customer, after: aCustomer() }], "chg_1");
  for (const [mark, name] of [
    ["chg_2", "Grace"],
    ["chg_3", "Hopper"],
  ] as const) {
    const [before] = await ledger.find(customer, "acme", "key", ["cus_1"]);
    if (before === undefined) throw new Error("no customer");
    const after = { ...before.record, name };
    await change([{ declaration: customer, before, after }], mark);
  }
  const revisions = await ledger.history(customer, (await ledger.find(customer, "acme", "key", ["cus_1"]))[0]!);
  await ledger.commit({ mark: "undo", changes: [], removals: [{ declaration: customer, revisions }] });
  await run();
  const told = receiver.posts.map(({ body }) => JSON.parse(body) as { type: string; data: { name: string | null } });
  expect(
    told
      .toSorted((a, b) => ((a.data.name ?? "") < (b.data.name ?? "") ? -1 : 1))
      .map(({ type, data }) => [type, data.name]),
  ).toEqual([
    ["customer.created", null],
    ["customer.updated", "Grace"],
    ["customer.updated", "Hopper"],
  ]);
});

test("the same change announced again is the same event, and is delivered once", async () => {
  const { make, change, run, receiver } = await webhookWorld();
  await make({ events: ["customer.created"] });
  const changes = [{ declaration: customer, after: aCustomer() }];
  await change(changes, "chg_1");
  await change(changes, "chg_1", false);
  await run();
  await change(changes, "chg_1", false);
  await run();
  expect(receiver.posts).toHaveLength(1);
});

test("nothing is sent where nobody listens, and nothing goes to a paused, an archived, or another program's webhook", async () => {
  const { make, change, run, receiver, queue, call, start } = await webhookWorld();
  const other = await start({ key: "globex" });
  await call("POST", WEBHOOKS, { target: TARGET, events: ["*"] }, { authorization: other.basic });
  const { key } = await make({ events: ["customer.created"] });
  await make({ events: ["deal.*"] });
  await make({ active: false });
  await call("DELETE", `${WEBHOOKS}/${key}`);
  await change([{ declaration: customer, after: aCustomer() }], "chg_1");
  expect(queue.messages).toEqual([]);
  await run();
  expect(receiver.posts).toEqual([]);
});

test("what fails is tried again after growing waits, for a day, and then the webhook is paused and its maker told", async () => {
  const { make, change, run, receiver, deliveries, call, sendMails, mails, clock } = await webhookWorld();
  const { key } = await make({ events: ["customer.created"], name: "Ours" });
  receiver.answer = (_url, before) =>
    [{ status: 500 }, { status: 302 }, { failure: "timed_out" } as const, { failure: "address_refused" } as const][
      before % 4
    ]!;
  await change([{ declaration: customer, after: aCustomer() }], "chg_1");
  await run();
  const waits = receiver.posts.slice(1).map(({ at }, index) => Math.round((at - receiver.posts[index]!.at) / 1000));
  expect(waits).toEqual([5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 29_845]);
  const [delivery] = await deliveries(key);
  expect(delivery).toMatchObject({ status: "failed", next_at: null });
  const attempts = delivery?.["attempts"] as { reason: string }[];
  expect(attempts.slice(0, 4).map(({ reason }) => reason)).toEqual([
    "bad_status",
    "redirected",
    "timed_out",
    "address_refused",
  ]);
  expect(await call("GET", `${WEBHOOKS}/${key}`)).toMatchObject({
    json: { data: { active: false, pause_reason: "failing", paused_at: expect.any(Number) } },
  });
  clock.advance(MINUTE);
  await sendMails();
  expect(mails).toMatchObject([{ to: "ada@acme.example", subject: "A webhook of Acme has been paused" }]);
  expect(mails[0]?.text).toContain("hooks.example.com");
  expect(mails[0]?.text).not.toContain("token=secret");
  // Let go on, it is not paused for what was.
  receiver.answer = () => ({ status: 500 });
  await call("PATCH", `${WEBHOOKS}/${key}`, { active: true });
  const second = aCustomer({ key: "cus_2", customer_key: "u2", email: "u2@x.io" });
  await change([{ declaration: customer, after: second }], "chg_2");
  await run(MINUTE);
  expect(await call("GET", `${WEBHOOKS}/${key}`)).toMatchObject({ json: { data: { active: true } } });
});

test("one that something gets through to within the day is not paused", async () => {
  const { make, change, run, receiver, call } = await webhookWorld();
  const { key } = await make({ events: ["customer.created"] });
  receiver.answer = () => ({ status: 503 });
  await change([{ declaration: customer, after: aCustomer() }], "chg_1");
  await run(DAY / 2);
  const ok = receiver.posts.length;
  receiver.answer = (_url, before) => ({ status: before === ok ? 200 : 503 });
  await change(
    [{ declaration: customer, after: aCustomer({ key: "cus_2", customer_key: "u2", email: "u2@x.io" }) }],
    "chg_2",
  );
  await run();
  expect(await call("GET", `${WEBHOOKS}/${key}`)).toMatchObject({ json: { data: { active: true } } });
});

test("a target that is gone pauses its webhook at once; the mail says nothing when it goes on before", async () => {
  const { make, change, run, receiver, deliveries, call, sendMails, mails } = await webhookWorld();
  const { key } = await make({ events: ["customer.created"] });
  receiver.answer = () => ({ status: 410 });
  await change([{ declaration: customer, after: aCustomer() }], "chg_1");
  await run();
  expect(receiver.posts).toHaveLength(1);
  expect(await deliveries(key)).toMatchObject([{ status: "failed", attempts: [{ status: 410, reason: "gone" }] }]);
  expect(await call("GET", `${WEBHOOKS}/${key}`)).toMatchObject({ json: { data: { pause_reason: "gone" } } });
  await call("PATCH", `${WEBHOOKS}/${key}`, { active: true });
  await sendMails();
  expect(mails).toEqual([]);
});

test("a teammate who made the webhook hears of its pause, and the admin when there is no such teammate any more", async () => {
  const { make, change, run, receiver, sendMails, mails, hire, bearerOf, call, clock } = await webhookWorld();
  await hire("acme", { email: "bo@acme.example", role: "technical" });
  const authorization = await bearerOf({ program: "acme", kind: "teammate", email: "bo@acme.example" });
  await make();
  await call("POST", WEBHOOKS, { target: "https://bo.example.com/", events: ["*"] }, { authorization });
  receiver.answer = () => ({ status: 410 });
  await change([{ declaration: customer, after: aCustomer() }], "chg_1");
  await run();
  clock.advance(MINUTE);
  await sendMails();
  expect(mails.map(({ to }) => to).toSorted()).toEqual(["ada@acme.example", "bo@acme.example"]);
});

test("what is under way when a webhook is paused is given up, and can be asked for again", async () => {
  const { make, change, run, receiver, deliveries, call } = await webhookWorld();
  const { key } = await make({ events: ["customer.created"] });
  receiver.answer = (_url, before) => ({ status: before === 0 ? 500 : 200 });
  await change([{ declaration: customer, after: aCustomer() }], "chg_1");
  await run(7_000);
  await call("PATCH", `${WEBHOOKS}/${key}`, { active: false });
  await run();
  expect(await deliveries(key)).toMatchObject([
    { status: "failed", attempts: [{ status: 500 }, { reason: "paused" }] },
  ]);
  await call("PATCH", `${WEBHOOKS}/${key}`, { active: true });
  const delivery = String((await deliveries(key))[0]?.["key"]);
  await call("POST", `${WEBHOOKS}/${key}/deliveries/${delivery}/redeliver`);
  await run();
  expect(receiver.heard(TARGET)).toHaveLength(1);
});

test("a webhook that does not answer is left alone for a while, so that others are not kept waiting", async () => {
  const { make, change, run, receiver, deliveries, clock } = await webhookWorld();
  const { key } = await make({ events: ["customer.created"] });
  receiver.answer = () => ({ failure: "timed_out" });
  const count = 40;
  for (let at = 1; at <= count; at++) {
    const after = aCustomer({ key: `cus_${at}`, customer_key: `u${at}`, email: `u${at}@x.io` });
    await change([{ declaration: customer, after }], `chg_${at}`);
  }
  const start = clock();
  await run(30 * MINUTE);
  // Two attempts at each before it is known, and one every five minutes from then on.
  const later = receiver.posts.filter(({ at }) => at > start + 3 * MINUTE);
  expect(later.length).toBeLessThanOrEqual(7);
  receiver.answer = () => ({ status: 200 });
  await run();
  expect(new Set((await deliveries(key, { limit: "250" })).map(({ status }) => status))).toEqual(
    new Set(["succeeded"]),
  );
  expect(new Set(receiver.heard(TARGET)).size).toBe(count);
});
