import { beforeEach, describe, expect, test } from "vitest";
import { DECISION_NAMES, REWARD_DECISIONS } from "../../../shared/records/reward-decisions.ts";
import { customer } from "../../../shared/records/customer.ts";
import { ALL_REWARD_STATUSES, type Reward, reward } from "../../../shared/records/reward.ts";
import { transaction } from "../../../shared/records/transaction.ts";
import { aCustomer, aReward, aTransaction } from "../ledger-records.ts";
import { AT, createMoneyWorld, data, type MoneyWorld } from "./money-world.ts";

let world: MoneyWorld;

beforeEach(async () => {
  world = await createMoneyWorld();
  const dated = { created_at: AT, updated_at: AT };
  await world.put(
    transaction,
    aTransaction({
      key: "inv_1",
      customer_key: "cus_1",
      partnership_key: "part_1",
      subscription_key: "sub_1",
      ...dated,
    }),
    aTransaction({ key: "inv_2", customer_key: "cus_2", partnership_key: "part_2", ...dated }),
    aTransaction({ key: "inv_3", customer_key: "cus_3", partnership_key: null, ...dated }),
  );
});

const create = (body: object) => world.request("POST", "/rewards", { amount: 500, description: "Thanks", ...body });
const kept = (key: string, given: Partial<Reward> = {}) =>
  world.put(
    reward,
    aReward({
      key,
      partnership_key: "part_1",
      customer_key: null,
      transaction_key: null,
      currency: "USD",
      amount: 100,
      amount_usd: 100,
      created_at: AT,
      updated_at: AT,
      ...given,
    }),
  );
const field = ({ json }: { json: unknown }) => (json as { field?: string }).field;

describe("rewarding", () => {
  test("for a transaction answers with all that hangs on it", async () => {
    const reply = await create({ currency: "EUR", target: { type: "transaction", key: "inv_1" } });
    expect(reply).toMatchObject({ status: 200, json: { message: "Reward created" } });
    expect(data(reply)).toEqual({
      key: expect.stringMatching(/^rwrd_/),
      created_at: AT,
      updated_at: AT,
      amount: 500,
      currency: "EUR",
      amount_usd: 550,
      description: "Thanks",
      reward_status: "pending",
      decline_reason: null,
      source: "manual",
      is_external: false,
      ready_at: null,
      archived: false,
      customer_key: "cus_1",
      customer: { key: "cus_1", email: "u1@c.example", name: "Cleo", external_key: "u1" },
      transaction_key: "inv_1",
      transaction: { key: "inv_1", amount: 100, currency: "EUR" },
      subscription_key: "sub_1",
      partnership_key: "part_1",
      partner_key: "ada",
      partnership: { key: "part_1", name: "Ada Lee", email: "ada@p.example", partner_key: "ada", group: null },
      action: null,
      trigger: null,
      trigger_key: null,
      offer: null,
      invoice: null,
      company: { key: "acme", name: "Acme" },
      test: false,
    });
    expect(data(await world.request("GET", `/rewards/${String(data(reply)["key"])}`))).toEqual(data(reply));
    expect(await world.sums("part_1")).toMatchObject({
      "2026-04-01/rewards/pending": 1,
      "2026-04-01/reward_amount/EUR/pending": 500,
      "2026-04-01/reward_usd": 550,
    });
    expect((await world.request("GET", "/audit-log")).text).toContain("reward.created");
  });

  test.each([
    [{ target: { type: "customer", key: "cus_1" } }, "part_1", "cus_1"],
    [{ target: { type: "customer", key: "u2" } }, "part_2", "cus_2"],
    [{ target: { type: "manual", key: "ada" } }, "part_1", null],
    [{ target: { type: "manual", key: "BOB@p.example" } }, "part_2", null],
    [{ partner_key: "ada" }, "part_1", null],
    [{ partnership_key: "part_2" }, "part_2", null],
    [{ partner_email: "Ada@P.example" }, "part_1", null],
    [{ partner_key: "ada", target: { type: "customer", key: "u1" } }, "part_1", "cus_1"],
    [{ partner_key: "ada", target: null, currency: null }, "part_1", null],
  ])("takes %j", async (body, partnership_key, customer_key) => {
    expect(data(await create(body))).toMatchObject({ partnership_key, customer_key, currency: "USD", amount_usd: 500 });
  });

  test.each([
    [{}, "target"],
    [{ partner_key: "ada", amount: undefined }, "amount"],
    [{ partner_key: "ada", amount: "5" }, "amount"],
    [{ partner_key: "ada", amount: 1e12 }, "amount"],
    [{ partner_key: "ada", description: undefined }, "description"],
    [{ partner_key: "ada", description: "" }, "description"],
    [{ partner_key: "ada", description: "x".repeat(501) }, "description"],
    [{ partner_key: "ada", currency: "XYZ" }, "currency"],
    [{ partner_key: "nobody" }, "partner_key"],
    [{ partner_email: "no@p.example" }, "partner_email"],
    [{ partner_key: "ada", partner_email: "bob@p.example" }, "partner_email"],
    [{ target: { type: "lead", key: "x" } }, "target.type"],
    [{ target: { type: "customer" } }, "target.key"],
    [{ target: { type: "customer", key: "nobody" } }, "target.key"],
    [{ target: { type: "transaction", key: "nothing" } }, "target.key"],
    [{ target: { type: "manual", key: "nobody" } }, "target.key"],
    [{ target: { type: "customer", key: "cus_3" } }, "target.key"],
    [{ target: { type: "transaction", key: "inv_3" } }, "target.key"],
    [{ partner_key: "bob", target: { type: "customer", key: "u1" } }, "target.key"],
    [{ partner_key: "ada", wrong: 1 }, undefined],
  ])("refuses %j", async (body, wanted) => {
    const reply = await create(body);
    expect([reply.status, field(reply)]).toEqual([400, wanted]);
    expect(await world.sums("part_1")).not.toHaveProperty("2026-04-01/rewards/pending");
  });
});

describe("deciding", () => {
  const PATHS = { approve: {}, decline: { reason: "Bought by the partner" }, hold: {}, pay: {}, reset: {} };

  test("leads where the table says, from each status, and nowhere else; sums follow", async () => {
    for (const status of ALL_REWARD_STATUSES) {
      for (const decision of DECISION_NAMES) {
        const key = `r_${status}_${decision}`;
        await kept(key, {
          reward_status: status,
          decline_reason: status === "declined" ? "Before" : null,
          partnership_key: "part_2",
        });
        const { to, from, done } = REWARD_DECISIONS[decision];
        const reply = await world.request("POST", `/rewards/${key}/${decision}`, PATHS[decision]);
        const isAllowed = status === to || from.some((one) => one === status);
        expect(reply.status, key).toBe(isAllowed ? 200 : 409);
        if (isAllowed) {
          expect(reply).toMatchObject({ json: { message: done, data: { reward_status: to } } });
          expect(data(reply)["decline_reason"]).toBe(decision === "decline" ? "Bought by the partner" : null);
        } else {
          expect(field(reply)).toBe("reward_status");
          expect(data(await world.request("GET", `/rewards/${key}`))).toMatchObject({ reward_status: status });
        }
      }
    }
    const rewards = (await world.ledger.newest(reward, "acme", 100)).map(({ record }) => record);
    const sums = await world.sums("part_2");
    for (const status of ALL_REWARD_STATUSES) {
      const found = rewards.filter((one) => one.partnership_key === "part_2" && one.reward_status === status).length;
      expect(sums[`2026-04-01/rewards/${status}`] ?? 0, status).toBe(found);
    }
  });

  test("is no way out of paid", () => {
    for (const { from } of Object.values(REWARD_DECISIONS)) expect(from).not.toContain("paid");
  });

  test("to decline takes a reason, which the partner reads", async () => {
    await kept("r_1");
    for (const body of [undefined, {}, { reason: "" }, { reason: "  " }, { reason: 7 }, { reason: "x".repeat(501) }]) {
      const reply = await world.request("POST", "/rewards/r_1/decline", body);
      expect([reply.status, field(reply)], JSON.stringify(body)).toEqual([400, "reason"]);
    }
    await world.request("POST", "/rewards/r_1/decline", { reason: "Returned" });
    const authorization = await world.partnersToken("part_1");
    expect((await world.call("GET", "/api/v2/rewards", { authorization })).text).toContain("Returned");
    expect(await world.request("POST", "/rewards/r_1/approve", { reason: "x" })).toMatchObject({ status: 400 });
  });

  test("to pay waits for its day", async () => {
    await kept("r_1", { ready_at: AT + 1000 });
    expect(field(await world.request("POST", "/rewards/r_1/pay"))).toBe("ready_at");
    world.clock.advance(1000);
    expect(await world.request("POST", "/rewards/r_1/pay")).toMatchObject({ status: 200 });
  });

  test("about many tells what became of each, and is the same when repeated", async () => {
    await kept("r_1");
    await kept("r_2", { reward_status: "paid" });
    const body = { decision: "decline", reason: "Returned", keys: ["r_1", "r_2", "r_9", "r_1"] };
    for (let time = 0; time < 2; time++) {
      expect(data(await world.request("POST", "/rewards/decision", body))).toEqual({
        items: [
          { key: "r_1", status: 200, message: "Reward declined" },
          { key: "r_2", status: 409, message: "the reward is 'paid', and cannot become 'declined'" },
          { key: "r_9", status: 404, message: "Not found" },
        ],
      });
    }
    expect((await world.request("GET", "/audit-log")).text.match(/reward\.declined/g)).toHaveLength(1);
    for (const [change, wanted] of [
      [{ reason: undefined }, "reason"],
      [{ decision: "burn" }, "decision"],
      [{ keys: [] }, "keys"],
      [{ keys: Array.from({ length: 251 }, (_, at) => `r_${at}`) }, "keys"],
    ] as const) {
      const reply = await world.request("POST", "/rewards/decision", { ...body, ...change });
      expect([reply.status, field(reply)]).toEqual([400, wanted]);
    }
  });

  test("twice at once leaves one of the two, with its sums", async () => {
    await kept("r_1");
    await Promise.all([
      world.request("POST", "/rewards/r_1/pay"),
      world.request("POST", "/rewards/r_1/decline", { reason: "x" }),
    ]);
    const { reward_status: status } = data(await world.request("GET", "/rewards/r_1"));
    expect(await world.sums("part_1")).toMatchObject({
      [`2026-04-01/rewards/${String(status)}`]: 1,
      [`2026-04-01/reward_amount/USD/${String(status)}`]: 100,
    });
    expect(Object.keys(await world.sums("part_1")).filter((name) => name.includes("/rewards/"))).toHaveLength(1);
  });
});

describe("changing a reward", () => {
  test("changes what is said, worth what it is worth today", async () => {
    await kept("r_1");
    const changed = data(
      await world.request("PATCH", "/rewards/r_1", {
        amount: 200,
        currency: "EUR",
        description: "More",
        ready_at: AT + 5,
      }),
    );
    expect(changed).toMatchObject({
      amount: 200,
      currency: "EUR",
      amount_usd: 220,
      description: "More",
      ready_at: AT + 5,
    });
    expect(data(await world.request("PATCH", "/rewards/r_1", { ready_at: null }))).toMatchObject({
      ready_at: null,
      amount: 200,
    });
    expect(field(await world.request("PATCH", "/rewards/r_1", { reward_status: "paid" }))).toBeUndefined();
    expect(await world.request("PATCH", "/rewards/r_1", { amount: null })).toMatchObject({ status: 400 });
  });

  test("leaves the amount of one that is paid", async () => {
    await kept("r_1", { reward_status: "paid" });
    expect(await world.request("PATCH", "/rewards/r_1", { amount: 200 })).toMatchObject({
      status: 409,
      json: { field: "amount" },
    });
    expect(await world.request("PATCH", "/rewards/r_1", { amount: 100, description: "Same" })).toMatchObject({
      status: 200,
    });
  });

  test("archived, it counts no more, and is not to be changed; a paid one stays", async () => {
    await kept("r_1");
    await kept("r_2", { reward_status: "paid" });
    for (let time = 0; time < 2; time++)
      expect(await world.request("DELETE", "/rewards/r_1")).toMatchObject({ status: 200 });
    expect(await world.request("DELETE", "/rewards/r_2")).toMatchObject({ status: 409 });
    expect(await world.sums("part_1")).toMatchObject({ "2026-04-01/rewards/paid": 1, "2026-04-01/reward_usd": 100 });
    expect(await world.sums("part_1")).not.toHaveProperty("2026-04-01/rewards/pending");
    expect(await world.request("POST", "/rewards/r_1/approve")).toMatchObject({ status: 409 });
    expect(await world.request("PATCH", "/rewards/r_1", { amount: 1 })).toMatchObject({ status: 409 });
    expect((await world.list("/rewards", { hide_archived_rewards: "true" })).keys).toEqual(["r_2"]);
    expect(new Set((await world.list("/rewards")).keys)).toEqual(new Set(["r_1", "r_2"]));
  });

  test("without a worth, it gets one when that is asked for", async () => {
    await kept("r_1", { currency: "GBP", amount_usd: null });
    expect((await world.list("/rewards", { unconverted: "true" })).keys).toEqual(["r_1"]);
    expect(await world.request("POST", "/rewards/r_1/convert")).toMatchObject({ status: 409 });
    await world.request("PUT", "/rates", { rates: { GBP: "1.25" } });
    expect(data(await world.request("POST", "/rewards/convert", { keys: ["r_1"] }))).toEqual({
      items: [{ key: "r_1", status: 200, message: "Reward converted" }],
    });
    expect(data(await world.request("POST", "/rewards/r_1/convert"))).toMatchObject({ amount_usd: 125 });
    expect((await world.list("/rewards", { unconverted: "true" })).keys).toEqual([]);
  });
});

describe("the list", () => {
  test("has scheduled ones only where they are asked for", async () => {
    for (const [at, status] of ALL_REWARD_STATUSES.entries())
      await kept(`r_${status}`, { reward_status: status, created_at: AT - at });
    expect((await world.list("/rewards")).keys).toEqual(["r_pending", "r_declined", "r_hold", "r_approved", "r_paid"]);
    for (const status of ALL_REWARD_STATUSES)
      expect((await world.list("/rewards", { status })).keys).toEqual([`r_${status}`]);
    expect(await world.list("/rewards", { status: "new" })).toMatchObject({ status: 400, json: { field: "status" } });
  });

  test("is what its filters ask for", async () => {
    await kept("r_ada", {
      description: "Q1 Bonus",
      customer_key: "cus_1",
      transaction_key: "inv_1",
      created_at: AT - 3,
      trigger_key: "trig_1",
      source: "trigger",
    });
    await kept("r_bob", {
      partnership_key: "part_2",
      currency: "EUR",
      reward_status: "declined",
      decline_reason: "Self-referral",
      created_at: AT - 2,
    });
    await kept("r_gbp", { currency: "GBP", amount_usd: null, created_at: AT - 1 });
    const keys = async (query: Record<string, string>) => (await world.list("/rewards", query)).keys;
    expect(await keys({ partner_key: "bob" })).toEqual(["r_bob"]);
    expect(await keys({ customer_key: "u1" })).toEqual(["r_ada"]);
    expect(await keys({ transaction_key: "inv_1" })).toEqual(["r_ada"]);
    expect(await keys({ currency: "EUR" })).toEqual(["r_bob"]);
    expect(await keys({ description: "q1 b" })).toEqual(["r_ada"]);
    expect(await keys({ decline_reason: "self" })).toEqual(["r_bob"]);
    expect(await keys({ unconverted: "true" })).toEqual(["r_gbp"]);
    expect(await keys({ invoice_key: "inv" })).toEqual([]);
    expect(await keys({ company_key: "acme" })).toEqual(["r_gbp", "r_bob", "r_ada"]);
    expect(await keys({ company_key: "globex" })).toEqual([]);
    expect(await keys({ payment_status: "available", exclude_drip_rewards: "true" })).toEqual([
      "r_gbp",
      "r_bob",
      "r_ada",
    ]);
    for (const [keywords, wanted] of [
      ["R_BOB", ["r_bob"]],
      ["cleo", ["r_ada"]],
      ["bob lee", ["r_bob"]],
      ["ada@p.example", ["r_gbp", "r_ada"]],
      ["nothing like it", []],
    ] as const) {
      expect(await keys({ keywords }), keywords).toEqual(wanted);
    }
    expect(await keys({ min_created: String(AT - 2), max_created: String(AT - 2) })).toEqual(["r_bob"]);
    expect(data(await world.request("GET", "/rewards/r_ada"))).toMatchObject({
      trigger: { key: "trig_1" },
      offer: { key: "trig_1", description: "Q1 Bonus" },
    });
    expect(await world.list("/rewards", { transaction_key: "nothing" })).toMatchObject({
      status: 400,
      json: { field: "transaction_key" },
    });
  });

  test("of one partner is sorted by amount and by the day it is ready, too, and paged", async () => {
    for (let at = 0; at < 12; at++)
      await kept(`r_${at}`, {
        amount: (at * 7) % 12,
        ready_at: at % 3 === 0 ? null : AT + ((at * 5) % 12),
        created_at: AT - at,
      });
    await kept("r_bob", { partnership_key: "part_2" });
    for (const order_by of ["amount", "-amount", "ready_at", "-ready_at"]) {
      const items: Reward[] = [];
      for (let hasMore = true; hasMore;) {
        const after = items.at(-1)?.key;
        const page = await world.list("/rewards", {
          partner_key: "ada",
          order_by,
          limit: "5",
          ...(after !== undefined && { starting_after: after }),
        });
        items.push(...(data(page)["items"] as Reward[]));
        hasMore = page.hasMore === true;
      }
      expect(items).toHaveLength(12);
      const values = items.map((one) => (order_by.endsWith("amount") ? one.amount : (one.ready_at ?? 0)));
      const sign = order_by.startsWith("-") ? -1 : 1;
      expect(values).toEqual(values.toSorted((a, b) => sign * (a - b)));
    }
    expect(await world.list("/rewards", { order_by: "amount" })).toMatchObject({
      status: 400,
      json: { field: "order_by" },
    });
  });
});

describe("walls", () => {
  test("a partner's token sees its own, nothing of who the customer is, and decides nothing", async () => {
    await world.put(
      customer,
      aCustomer({ key: "cus_4", customer_key: "u4", email: "u4@c.example", partnership_key: "part_2", name: "Zed" }),
    );
    await kept("r_1", { customer_key: "cus_1", transaction_key: "inv_1", trigger_key: "trig_1", source: "trigger" });
    // As a file may tell: another partner's customer and transaction.
    await kept("r_2", { customer_key: "cus_4", transaction_key: "inv_2", created_at: AT - 1 });
    await kept("r_3", { partnership_key: "part_2" });
    const authorization = await world.partnersToken("part_1");
    const get = (path: string, query = {}) => world.call("GET", `/api/v2${path}`, { authorization, query });
    const listed = await get("/rewards", { partner_key: "bob" });
    expect(listed.keys).toEqual(["r_1", "r_2"]);
    expect(listed).toMatchObject({
      json: {
        data: {
          items: [
            { customer: { key: "cus_1" }, transaction: { key: "inv_1" }, offer: { description: "For t1" } },
            { customer: null, transaction: null },
          ],
        },
      },
    });
    for (const hidden of ["c.example", "Cleo", "Zed", "trig_1", "cus_4", "inv_2"])
      expect(listed.text).not.toContain(hidden);
    expect((await get("/rewards", { order_by: "-amount" })).keys).toHaveLength(2);
    // What it is not told cannot be found out by searching for it.
    expect((await get("/rewards", { keywords: "cleo" })).keys).toEqual([]);
    expect((await get("/rewards", { keywords: "r_1" })).keys).toEqual(["r_1"]);
    const [theirs, none] = [
      await get("/rewards", { transaction_key: "inv_2" }),
      await get("/rewards", { transaction_key: "inv_9" }),
    ];
    expect([theirs.status, theirs.text]).toEqual([400, none.text.replace("inv_9", "inv_2")]);
    expect((await get("/rewards/r_3")).text).toBe((await get("/rewards/r_9")).text);
    for (const path of [
      "",
      "/decision",
      "/convert",
      "/r_1/approve",
      "/r_1/decline",
      "/r_1/hold",
      "/r_1/pay",
      "/r_1/reset",
      "/r_1/convert",
    ]) {
      expect(await world.call("POST", `/api/v2/rewards${path}`, { authorization, body: {} }), path).toMatchObject({
        status: 403,
      });
    }
  });

  test("another program's rewards, customers and transactions are as missing as any", async () => {
    await kept("r_1");
    const { basic: authorization } = await world.start({ key: "globex" });
    const call = (method: string, path: string, body?: unknown) =>
      world.call(method, `/api/v2${path}`, { authorization, body });
    for (const [method, path, body] of [
      ["GET", "/rewards/r_1", undefined],
      ["PATCH", "/rewards/r_1", {}],
      ["DELETE", "/rewards/r_1", undefined],
      ["POST", "/rewards/r_1/approve", undefined],
      ["POST", "/rewards/r_1/convert", undefined],
    ] as const) {
      expect((await call(method, path, body)).json, path).toEqual({ message: "Not found", status: 404 });
    }
    for (const target of [
      { type: "customer", key: "cus_1" },
      { type: "transaction", key: "inv_1" },
      { type: "manual", key: "part_1" },
    ]) {
      expect(await call("POST", "/rewards", { amount: 1, description: "x", target })).toMatchObject({
        status: 400,
        json: { field: "target.key" },
      });
    }
    expect(data(await call("POST", "/rewards/decision", { decision: "approve", keys: ["r_1"] }))).toMatchObject({
      items: [{ status: 404 }],
    });
  });

  test("with test keys, rewards of test records alone are made and decided about, and are in no sum", async () => {
    await kept("r_1");
    const target = { type: "customer", key: "ut" };
    const made = await world.asTest("POST", "/rewards", { amount: 5, description: "x", target });
    expect(made).toMatchObject({ status: 200, json: { data: { test: true, partnership_key: "part_t" } } });
    const key = String(data(made)["key"]);
    expect(await world.asTest("POST", `/rewards/${key}/approve`)).toMatchObject({ status: 200 });
    expect(await world.sums("part_t")).toEqual({});
    expect(await world.asTest("POST", "/rewards/r_1/approve")).toMatchObject({
      json: { field: "key" },
    });
    const real = { amount: 5, description: "x", target: { type: "customer", key: "u1" } };
    expect(await world.asTest("POST", "/rewards", real)).toMatchObject({
      json: { field: "target.key" },
    });
  });
});
