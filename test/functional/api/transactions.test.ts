import { beforeEach, describe, expect, test } from "vitest";
import { customer } from "../../../shared/records/customer.ts";
import { partnership } from "../../../shared/records/partnership.ts";
import { reward } from "../../../shared/records/reward.ts";
import { transaction } from "../../../shared/records/transaction.ts";
import { aCustomer, aPartner, aReward, aTransaction } from "../ledger-records.ts";
import { AT, createMoneyWorld, data, type MoneyWorld } from "./money-world.ts";

const DAY = 24 * 60 * 60 * 1000;

let world: MoneyWorld;

beforeEach(async () => {
  world = await createMoneyWorld();
});

describe("recording a transaction", () => {
  test("answers with it as it is kept, nulls and all", async () => {
    const reply = await world.pay({
      customer_key: "u1",
      amount: 1999,
      currency: "eur",
      key: "inv_1",
      product_key: "team",
      metadata: { order: "A-17", seats: 3, vip: true },
      created_at: AT - DAY,
    });
    expect(reply).toMatchObject({ status: 200, json: { message: "Transaction created", status: 200 } });
    expect(data(reply)).toEqual({
      key: "inv_1",
      customer_key: "cus_1",
      customer: { key: "cus_1", email: "u1@c.example", name: "Cleo", external_key: "u1" },
      partnership_key: "part_1",
      partner_key: "ada",
      amount: 1999,
      currency: "EUR",
      amount_usd: 2199,
      product_key: "team",
      category_key: null,
      subscription_key: null,
      subscription_plan: null,
      approved: true,
      unapproved_reasons: [],
      archived: false,
      metadata: { order: "A-17", seats: 3, vip: true },
      company: { key: "acme", name: "Acme" },
      extension: null,
      test: false,
      created_at: AT - DAY,
      updated_at: AT,
    });
    expect(data(await world.request("GET", "/transactions/inv_1"))).toEqual(data(reply));
    expect(await world.sums("part_1")).toEqual({
      "2026-03-31/transactions": 1,
      "2026-03-31/amount/EUR": 1999,
      "2026-03-31/amount_usd": 2199,
    });
    expect(await world.request("GET", "/audit-log")).toMatchObject({
      json: { data: { items: [{ action: "transaction.created", subject_key: "inv_1", remote_ip: "127.0.0.1" }] } },
    });
  });

  test.each([
    [{ customer_key: "cus_1" }, "cus_1"],
    [{ customer_key: "u2" }, "cus_2"],
    [{ customer_key: undefined, customer_external_key: "u1" }, "cus_1"],
    [{ customer_key: undefined, customer_email: "U1@C.example" }, "cus_1"],
    [{ customer_key: null, customer_external_key: null, customer_email: "u3@c.example" }, "cus_3"],
  ])("finds the customer of %j", async (body, key) => {
    expect(data(await world.pay(body))).toMatchObject({ customer_key: key });
  });

  test("by our key before yours", async () => {
    await world.put(
      customer,
      aCustomer({ key: "cus_9", customer_key: "cus_1", email: "other@c.example", partnership_key: "part_2" }),
    );
    expect(data(await world.pay({ customer_key: "cus_1" }))).toMatchObject({ customer_key: "cus_1" });
    const theirs = await world.pay({ customer_key: undefined, customer_external_key: "cus_1" });
    expect(data(theirs)).toMatchObject({ customer_key: "cus_9", partnership_key: "part_2" });
  });

  test.each([
    [{ customer_key: undefined }, "customer_key", /exactly one of/],
    [{ customer_email: "u1@c.example" }, "customer_email", /exactly one of/],
    [{ customer_key: "nobody" }, "customer_key", "there is no customer 'nobody'"],
    [{ customer_key: undefined, customer_external_key: "cus_1" }, "customer_external_key", /no customer/],
    [{ customer_key: "" }, "customer_key", /too short/],
    [{ amount: undefined }, "amount", "'amount' is a required property"],
    [{ amount: null }, "amount", "null is not of type"],
    [{ amount: 1.5 }, "amount", "1.5 is not of type 'integer'"],
    [{ amount: "5" }, "amount", "'5' is not of type"],
    [{ amount: 50_000_000_001 }, "amount", /greater than the maximum of 50000000000/],
    [{ amount: -50_000_000_001 }, "amount", /less than the minimum of -50000000000/],
    [{ amount: 1e300 }, "amount", /./],
    [{ currency: undefined }, "currency", "'currency' is a required property"],
    [{ currency: "EURO" }, "currency", /too long/],
    [{ currency: "XYZ" }, "currency", "'XYZ' is not an ISO 4217 currency"],
    [{ key: "abc" }, "key", /too short/],
    [{ key: "x".repeat(256) }, "key", /too long/],
    [{ metadata: [] }, "metadata", /not of type 'object'/],
    [{ metadata: { ["n".repeat(31)]: "x" } }, /^metadata/, /./],
    [{ metadata: { name: "x".repeat(101) } }, "metadata.name", /too long/],
    [{ metadata: { name: { a: 1 } } }, "metadata.name", /./],
    [{ metadata: { name: 1e300 } }, "metadata.name", /number/],
    [
      { metadata: Object.fromEntries(Array.from({ length: 26 }, (_, at) => [`n${at}`, ""])) },
      "metadata",
      /more than 25/,
    ],
    [{ created_at: AT + DAY + 1 }, "created_at", /greater than the maximum/],
    [{ created_at: -1 }, "created_at", /less than the minimum of 0/],
    [{ test: true }, "test", "the customer is no test record"],
    [{ subscription_quantity: 0 }, "subscription_quantity", /less than the minimum of 1/],
    [{ wrong: 1 }, undefined, /Additional properties are not allowed \('wrong' unexpected\)/],
  ])("refuses %j", async (body, field, message) => {
    const { status, json } = await world.pay(body);
    const { field: told, message: text } = json as { field?: string; message: string };
    expect(status).toBe(400);
    if (field instanceof RegExp) expect(told).toMatch(field);
    else expect(told).toBe(field);
    expect(text).toMatch(message);
    expect((await world.list("/transactions")).keys).toEqual([]);
  });

  test.each([0, -500, 50_000_000_000, -50_000_000_000])("takes %d", async (amount) => {
    expect(data(await world.pay({ amount }))).toMatchObject({ amount, amount_usd: amount });
  });

  test("refuses what is worth more dollars than can be counted", async () => {
    await world.request("PUT", "/rates", { rates: { EUR: "999999999" } });
    expect(await world.pay({ amount: 50_000_000_000, currency: "EUR" })).toMatchObject({
      status: 400,
      json: { field: "amount" },
    });
  });

  test("records a key once: said again it is answered as it is there, with other words it is refused", async () => {
    const body = { key: "inv_1", metadata: { a: "1" }, subscription_plan: "Team" };
    const first = await world.pay(body);
    world.clock.advance(5000);
    expect(data(await world.pay(body))).toEqual(data(first));
    expect(data(await world.pay({ ...body, customer_key: undefined, customer_email: "u1@c.example" }))).toEqual(
      data(first),
    );
    const others = [
      { amount: 999 },
      { currency: "EUR" },
      { customer_key: "cus_2" },
      { product_key: "x" },
      { metadata: {} },
      { created_at: AT - 1 },
      { subscription_plan: "Solo" },
    ];
    for (const other of others) {
      expect(await world.pay({ ...body, ...other }), JSON.stringify(other)).toMatchObject({
        status: 409,
        json: { field: "key" },
      });
    }
    expect((await world.sums("part_1"))["2026-04-01/transactions"]).toBe(1);
  });

  test("of two at once with one key there is one", async () => {
    const replies = await Promise.all([
      world.pay({ key: "inv_1" }),
      world.pay({ key: "inv_1" }),
      world.pay({ key: "inv_1", amount: 7 }),
    ]);
    expect((await world.list("/transactions")).keys).toEqual(["inv_1"]);
    expect(replies.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200, 409]));
    expect((await world.sums("part_1"))["2026-04-01/transactions"]).toBe(1);
  });

  test("happens once under an Idempotency-Key, though the first attempt never heard of its success", async () => {
    const body = { customer_key: "cus_1", amount: 5, currency: "USD", subscription_plan: "Team" };
    const request = { authorization: world.authorization, body, headers: { "idempotency-key": "k-1" } };
    const commit = world.ledger.commit.bind(world.ledger);
    world.ledger.commit = async (entry) => {
      await commit(entry);
      throw new Error("the answer was lost");
    };
    expect(await world.call("POST", "/api/v2/transactions", request)).toMatchObject({ status: 500 });
    world.ledger.commit = commit;
    const second = await world.call("POST", "/api/v2/transactions", request);
    expect((await world.list("/transactions")).keys).toEqual([data(second)["key"]]);
    const [found] = await world.ledger.find(customer, "acme", "key", ["cus_1"]);
    expect(found?.record.subscriptions).toMatchObject([{ plan_name: "Team", transactions: 1 }]);
  });

  test("fires triggers, whose rewards come with it; a cap holds for requests at once", async () => {
    const trigger = await world.request("POST", "/triggers", {
      name: "Share",
      event: "transaction_created",
      effects: [{ type: "reward", percent: "10", cap: { amount: 150, per: "customer" }, description: "Share" }],
    });
    expect(trigger.text).toContain("Trigger created");
    const replies = await Promise.all([1, 2, 3].map(() => world.pay()));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    const rewards = await world.ledger.newest(reward, "acme", 10);
    expect(rewards.map(({ record }) => record.amount).toSorted((a, b) => a - b)).toEqual([50, 100]);
    expect(rewards.every(({ record }) => record.customer_key === "cus_1" && record.source === "trigger")).toBe(true);
  });

  test("of nobody's customer moves no partner's sums", async () => {
    expect(data(await world.pay({ customer_key: "cus_3" }))).toMatchObject({
      partnership_key: null,
      partner_key: null,
    });
  });
});

describe("approving a transaction", () => {
  test("and taking that back, with the reasons", async () => {
    await world.pay({ key: "inv_1" });
    const not = await world.request("PATCH", "/transactions/inv_1", {
      approved: false,
      unapproved_reasons: ["duplicate", "duplicate", " self-referral "],
    });
    expect(data(not)).toMatchObject({ approved: false, unapproved_reasons: ["duplicate", "self-referral"] });
    world.clock.advance(1000);
    const again = await world.request("PATCH", "/transactions/inv_1", { approved: true });
    expect(data(again)).toMatchObject({ approved: true, unapproved_reasons: [] });
    const log = await world.request("GET", "/audit-log");
    expect(log.text).toMatch(/transaction\.approved.*transaction\.declined/s);
  });

  test.each([
    [{}, "approved"],
    [{ approved: "yes" }, "approved"],
    [{ approved: true, unapproved_reasons: ["x"] }, "unapproved_reasons"],
    [{ approved: false, unapproved_reasons: ["a|b"] }, "unapproved_reasons.0"],
    [{ approved: false, amount: 5 }, undefined],
  ])("refuses %j", async (body, field) => {
    await world.pay({ key: "inv_1" });
    const { status, json } = await world.request("PATCH", "/transactions/inv_1", body);
    expect([status, (json as { field?: string }).field]).toEqual([400, field]);
  });

  test("is too late once it is archived", async () => {
    await world.pay({ key: "inv_1" });
    await world.request("DELETE", "/transactions/inv_1");
    expect(await world.request("PATCH", "/transactions/inv_1", { approved: true })).toMatchObject({ status: 409 });
  });
});

describe("archiving a transaction", () => {
  test("takes it out of every sum, once, and its subscription with it", async () => {
    await world.pay({ key: "inv_1", subscription_plan: "Team" });
    await world.pay({ key: "inv_2", subscription_plan: "Team", amount: 5 });
    await world.pay({ key: "inv_3", subscription_plan: "Team", amount: 7 });
    await world.request("DELETE", "/transactions/inv_3");
    for (let time = 0; time < 2; time++) {
      expect((await world.request("DELETE", "/transactions/inv_1")).json).toEqual({
        message: "Transaction archived",
        status: 200,
      });
    }
    expect(data(await world.request("GET", "/transactions/inv_1"))).toMatchObject({ archived: true });
    expect(await world.sums("part_1")).toEqual({
      "2026-04-01/transactions": 1,
      "2026-04-01/amount/USD": 5,
      "2026-04-01/amount_usd": 5,
    });
    const [found] = await world.ledger.find(customer, "acme", "key", ["cus_1"]);
    expect(found?.record.subscriptions).toMatchObject([{ transactions: 1, amount: 5, transaction_key: "inv_2" }]);
    expect((await world.list("/transactions", { archived: "false" })).keys).toEqual(["inv_2"]);
    await world.request("DELETE", "/transactions/inv_2");
    const [after] = await world.ledger.find(customer, "acme", "key", ["cus_1"]);
    expect(after?.record.subscriptions).toEqual([]);
  });

  test("takes along what triggers made of it and nobody has decided about, and nothing else", async () => {
    await world.put(transaction, aTransaction({ key: "t1", customer_key: "cus_1", partnership_key: "part_1" }));
    const own = { partnership_key: "part_1", customer_key: "cus_1", transaction_key: "t1", source: "trigger" as const };
    await world.put(
      reward,
      aReward({ ...own, key: "r_pending" }),
      aReward({ ...own, key: "r_hold", reward_status: "hold" }),
      aReward({ ...own, key: "r_scheduled", reward_status: "scheduled" }),
      aReward({ ...own, key: "r_approved", reward_status: "approved" }),
      aReward({ ...own, key: "r_paid", reward_status: "paid" }),
      aReward({ ...own, key: "r_manual", source: "manual" }),
      aReward({ ...own, key: "r_other", transaction_key: "t2" }),
    );
    await world.request("DELETE", "/transactions/t1");
    const rewards = await world.ledger.newest(reward, "acme", 10);
    const archived = rewards.filter(({ record }) => record.archived).map(({ record }) => record.key);
    expect(new Set(archived)).toEqual(new Set(["r_pending", "r_hold", "r_scheduled"]));
    expect((await world.sums("part_1"))["2026-01-31/rewards/pending"]).toBe(2);
  });
});

describe("the list", () => {
  test("is paged to its end, in both orders and directions", async () => {
    for (let at = 0; at < 25; at++) await world.pay({ key: `inv_${at}`, created_at: AT - at * 1000 });
    const expected = Array.from({ length: 25 }, (_, at) => `inv_${at}`);
    for (const [order_by, wanted] of [
      ["-created_at", expected],
      ["created_at", expected.toReversed()],
    ] as const) {
      const seen: unknown[] = [];
      for (;;) {
        const after = seen.at(-1);
        const page = await world.list("/transactions", {
          limit: "10",
          order_by,
          ...(typeof after === "string" && { starting_after: after }),
        });
        seen.push(...page.keys);
        expect(page.hasMore).toBe(seen.length < 25);
        if (page.hasMore !== true) break;
      }
      expect(seen).toEqual(wanted);
    }
    expect((await world.list("/transactions", { starting_after: "inv_24" })).keys).toEqual([]);
    expect((await world.list("/transactions", { ending_before: "inv_12", limit: "3" })).keys).toEqual([
      "inv_9",
      "inv_10",
      "inv_11",
    ]);
  });

  test("goes on from an archived one", async () => {
    for (let at = 0; at < 3; at++) await world.pay({ key: `inv_${at}`, created_at: AT - at });
    await world.request("DELETE", "/transactions/inv_1");
    expect((await world.list("/transactions", { starting_after: "inv_1" })).keys).toEqual(["inv_2"]);
  });

  test("is what its filters ask for", async () => {
    await world.pay({ key: "usd_1", created_at: AT - 3000 });
    await world.pay({ key: "eur_1", currency: "EUR", created_at: AT - 2000 });
    await world.pay({ key: "gbp_1", currency: "GBP", created_at: AT - 1000 });
    await world.pay({ key: "usd_2", customer_key: "cus_2" });
    await world.pay({ key: "gbp_3", currency: "GBP", customer_key: "cus_3" });
    await world.request("PATCH", "/transactions/usd_2", { approved: false });
    const keys = async (query: Record<string, string>) => new Set((await world.list("/transactions", query)).keys);
    expect(await keys({ partner_key: "ada" })).toEqual(new Set(["usd_1", "eur_1", "gbp_1"]));
    expect(await keys({ partnership_key: "part_2" })).toEqual(new Set(["usd_2"]));
    expect(await keys({ customer_key: "cus_1" })).toEqual(new Set(["usd_1", "eur_1", "gbp_1"]));
    expect(await keys({ customer_key: "u3" })).toEqual(new Set(["gbp_3"]));
    expect(await keys({ customer_key: "u1", partner_key: "bob" })).toEqual(new Set());
    expect(await keys({ currency: "gbp" })).toEqual(new Set(["gbp_1", "gbp_3"]));
    expect(await keys({ unconverted: "true" })).toEqual(new Set(["gbp_1", "gbp_3"]));
    expect(await keys({ unconverted: "true", partner_key: "ada" })).toEqual(new Set(["gbp_1"]));
    expect(await keys({ unconverted: "true", customer_key: "u3" })).toEqual(new Set(["gbp_3"]));
    expect(await keys({ unconverted: "false", partner_key: "ada" })).toEqual(new Set(["usd_1", "eur_1"]));
    expect(await keys({ approved: "false" })).toEqual(new Set(["usd_2"]));
    expect(await keys({ min_created: String(AT - 2000), max_created: String(AT - 1000) })).toEqual(
      new Set(["eur_1", "gbp_1"]),
    );
    expect(await keys({ min_updated: String(AT + 1) })).toEqual(new Set());
    for (const [query, field] of [
      [{ customer_key: "nobody" }, "customer_key"],
      [{ partner_key: "nobody" }, "partner_key"],
      [{ group: "none" }, "group"],
      [{ currency: "XYZ" }, "currency"],
      [{ approved: "maybe" }, "approved"],
      [{ order_by: "amount" }, "order_by"],
      [{ limit: "251" }, "limit"],
      [{ starting_after: "nothing" }, "starting_after"],
    ] as const) {
      expect(await world.list("/transactions", query), field).toMatchObject({ status: 400, json: { field } });
    }
  });

  test("keeps a customer's together, though it went from partner to partner", async () => {
    await world.pay({ key: "inv_1", created_at: AT - 2 });
    await world.request("PATCH", "/customers/cus_1", { partner_key: "bob" });
    await world.pay({ key: "inv_2" });
    expect((await world.list("/transactions", { customer_key: "u1" })).keys).toEqual(["inv_2", "inv_1"]);
    expect((await world.list("/transactions", { customer_key: "u1", partner_key: "ada" })).keys).toEqual(["inv_1"]);
    expect((await world.list("/transactions", { partner_key: "bob" })).keys).toEqual(["inv_2"]);
  });
});

describe("the worth in US dollars", () => {
  test("is none without a rate, stays what it is, and is fixed when asked for", async () => {
    await world.pay({ key: "gbp_1", currency: "GBP" });
    expect(await world.sums("part_1")).toMatchObject({ "2026-04-01/unconverted/GBP": 1 });
    expect(await world.request("POST", "/transactions/gbp_1/convert")).toMatchObject({
      status: 409,
      json: { field: "currency" },
    });
    await world.request("PUT", "/rates", { rates: { GBP: "1.25", EUR: "1.1" } });
    expect(data(await world.request("GET", "/transactions/gbp_1"))).toMatchObject({ amount_usd: null });
    expect(data(await world.request("POST", "/transactions/gbp_1/convert"))).toMatchObject({ amount_usd: 1250 });
    await world.request("PUT", "/rates", { rates: { GBP: "9" } });
    expect(data(await world.request("POST", "/transactions/gbp_1/convert"))).toMatchObject({ amount_usd: 1250 });
    expect(await world.sums("part_1")).toEqual({
      "2026-04-01/transactions": 1,
      "2026-04-01/amount/GBP": 1000,
      "2026-04-01/amount_usd": 1250,
    });
    expect((await world.list("/transactions", { unconverted: "true" })).keys).toEqual([]);
    const [stored] = await world.ledger.find(transaction, "acme", "key", ["gbp_1"]);
    const revisions = stored && (await world.ledger.history(transaction, stored));
    expect(revisions?.map(({ record }) => record.amount_usd)).toEqual([null, 1250]);
    expect((await world.request("GET", "/audit-log")).text.match(/transaction\.converted/g)).toHaveLength(1);
  });

  test("is fixed for many at once, each told by itself, and again the same", async () => {
    await world.pay({ key: "gbp_1", currency: "GBP" });
    await world.pay({ key: "chf_1", currency: "CHF" });
    await world.request("PUT", "/rates", { rates: { GBP: "1.25" } });
    for (let time = 0; time < 2; time++) {
      expect(
        await world.request("POST", "/transactions/convert", { keys: ["gbp_1", "chf_1", "nothing", "gbp_1"] }),
      ).toMatchObject({
        status: 200,
        json: {
          data: {
            items: [
              { key: "gbp_1", status: 200 },
              { key: "chf_1", status: 409 },
              { key: "nothing", status: 404 },
            ],
          },
        },
      });
    }
    for (const keys of [[], Array.from({ length: 251 }, () => "k"), "gbp_1", [7]]) {
      expect(await world.request("POST", "/transactions/convert", { keys })).toMatchObject({ status: 400 });
    }
  });
});

describe("walls", () => {
  test("a partner's token sees its own, without who paid, and changes nothing", async () => {
    await world.pay({ key: "inv_1", metadata: { secret: "s" } });
    await world.pay({ key: "inv_2", customer_key: "cus_2" });
    const authorization = await world.partnersToken("part_1");
    const get = (path: string, query = {}) => world.call("GET", `/api/v2${path}`, { authorization, query });
    const listed = await get("/transactions", { partner_key: "bob", group: "nothing" });
    expect(listed).toMatchObject({ status: 200, keys: ["inv_1"] });
    for (const hidden of ["c.example", "Cleo", "secret", "u1"]) expect(listed.text).not.toContain(hidden);
    expect((await get("/transactions", { unconverted: "true" })).keys).toEqual([]);
    expect((await get("/transactions", { customer_key: "cus_1" })).keys).toEqual(["inv_1"]);
    const [theirs, none] = [
      await get("/transactions", { customer_key: "cus_2" }),
      await get("/transactions", { customer_key: "cus_9" }),
    ];
    expect([theirs.status, theirs.text]).toEqual([400, none.text.replace("cus_9", "cus_2")]);
    expect(await get("/transactions/inv_1")).toMatchObject({ status: 200 });
    expect((await get("/transactions/inv_2")).text).toBe((await get("/transactions/inv_9")).text);
    for (const [method, path] of [
      ["POST", "/transactions"],
      ["PATCH", "/transactions/inv_1"],
      ["DELETE", "/transactions/inv_1"],
      ["POST", "/transactions/inv_1/convert"],
      ["POST", "/transactions/convert"],
    ] as const) {
      expect(await world.call(method, `/api/v2${path}`, { authorization, body: {} })).toMatchObject({ status: 403 });
    }
  });

  test("another program's transactions and customers are as missing as any", async () => {
    await world.pay({ key: "inv_1" });
    const { basic: authorization } = await world.start({ key: "globex" });
    const call = (method: string, path: string, body?: unknown) =>
      world.call(method, `/api/v2${path}`, { authorization, body });
    expect((await call("GET", "/transactions")).keys).toEqual([]);
    for (const [method, path, body] of [
      ["GET", "/transactions/inv_1", undefined],
      ["PATCH", "/transactions/inv_1", { approved: false }],
      ["DELETE", "/transactions/inv_1", undefined],
      ["POST", "/transactions/inv_1/convert", undefined],
    ] as const) {
      expect((await call(method, path, body)).json).toEqual({ message: "Not found", status: 404 });
    }
    const body = { customer_key: "cus_1", amount: 1, currency: "USD" };
    const [theirs, none] = [
      await call("POST", "/transactions", body),
      await call("POST", "/transactions", { ...body, customer_key: "cus_9" }),
    ];
    expect([theirs.status, theirs.text]).toEqual([400, none.text.replace("cus_9", "cus_1")]);
    // The same key is free there.
    await world.put(
      partnership,
      aPartner({ program: "globex", key: "part_g", partner_key: "g", email: "g@p.example" }),
    );
    await world.put(
      customer,
      aCustomer({
        program: "globex",
        key: "cus_g",
        customer_key: "u1",
        email: "u1@c.example",
        partnership_key: "part_g",
      }),
    );
    expect(await call("POST", "/transactions", { ...body, customer_key: "u1", key: "inv_1" })).toMatchObject({
      status: 200,
    });
  });

  test("with test keys, transactions of test customers alone are recorded, which earn nothing and are in no sum", async () => {
    await world.request("POST", "/triggers", {
      name: "Share",
      event: "transaction_created",
      effects: [{ type: "reward", percent: "10", description: "Share" }],
    });
    await world.pay({ key: "real_1" });
    const paid = { amount: 100, currency: "USD" };
    const made = await world.asTest("POST", "/transactions", { ...paid, customer_key: "ut", key: "test_1" });
    expect(made).toMatchObject({ status: 200, json: { data: { test: true } } });
    expect(await world.asTest("POST", "/transactions", { ...paid, customer_key: "cus_1" })).toMatchObject({
      status: 400,
      json: { field: "customer_key" },
    });
    expect(await world.pay({ customer_key: "cus_t", key: "test_2", test: true })).toMatchObject({ status: 200 });
    for (const [method, path] of [
      ["DELETE", "/transactions/real_1"],
      ["POST", "/transactions/real_1/convert"],
    ] as const) {
      expect(await world.asTest(method, path)).toMatchObject({ status: 400, json: { field: "key" } });
    }
    expect(await world.sums("part_t")).toEqual({});
    expect((await world.ledger.newest(reward, "acme", 10)).map(({ record }) => record.transaction_key)).toEqual([
      "real_1",
    ]);
    expect((await world.list("/transactions", { unconverted: "true" })).keys).toEqual([]);
  });
});
