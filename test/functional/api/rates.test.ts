import { beforeEach, describe, expect, test } from "vitest";
import { reward } from "../../../shared/records/reward.ts";
import { aReward } from "../ledger-records.ts";
import { AT, createMoneyWorld, data, type MoneyWorld } from "./money-world.ts";

let world: MoneyWorld;

beforeEach(async () => {
  world = await createMoneyWorld();
});

const put = (rates: unknown) => world.request("PUT", "/rates", { rates });
const NONE = { transactions: {}, rewards: {}, is_all: true };

describe("the table of rates", () => {
  test("is replaced as a whole, and a dollar is always worth one", async () => {
    expect(data(await world.request("GET", "/rates"))).toEqual({
      key: "acme",
      rates: { EUR: "1.1", USD: "1" },
      unconverted: NONE,
    });
    const reply = await put({ GBP: "1.25", JPY: "0.006700000001" });
    expect(reply).toMatchObject({ status: 200, json: { message: "Rates updated" } });
    expect(data(reply)["rates"]).toEqual({ GBP: "1.25", JPY: "0.006700000001", USD: "1" });
    expect(data(await world.request("GET", "/rates"))).toEqual(data(reply));
    expect(data(await put({}))["rates"]).toEqual({ USD: "1" });
    expect((await world.request("GET", "/audit-log")).text.match(/rates\.updated/g)).toHaveLength(2);
  });

  test("set to what it is, is no change", async () => {
    await put({ EUR: "1.1", USD: "1.0" });
    expect((await world.request("GET", "/audit-log")).text).not.toContain("rates.updated");
  });

  test.each([
    [undefined, "rates"],
    [null, "rates"],
    [[], "rates"],
    [{ EUR: 1.1 }, "rates.EUR"],
    [{ EUR: "0" }, "rates.EUR"],
    [{ EUR: "-1" }, "rates.EUR"],
    [{ EUR: "1,1" }, "rates.EUR"],
    [{ EUR: "1e5" }, "rates.EUR"],
    [{ EUR: "1.1234567890123" }, "rates.EUR"],
    [{ XYZ: "1" }, "rates.XYZ"],
    [{ eur: "1" }, "rates.eur"],
    [{ USD: "2" }, "rates"],
  ])("refuses %j", async (rates, field) => {
    const reply = await put(rates);
    expect([reply.status, (reply.json as { field?: string }).field]).toEqual([400, field]);
    expect(data(await world.request("GET", "/rates"))["rates"]).toEqual({ EUR: "1.1", USD: "1" });
  });

  test("holds for what is recorded from then on, and tells what lacks a rate", async () => {
    await world.pay({ key: "eur_1", currency: "EUR" });
    await world.pay({ key: "gbp_1", currency: "GBP" });
    await world.pay({ key: "gbp_2", currency: "GBP", customer_key: "cus_3" });
    await world.pay({ key: "gbp_t", currency: "GBP", customer_key: "cus_t" });
    await world.pay({ key: "gbp_x", currency: "GBP" });
    await world.request("DELETE", "/transactions/gbp_x");
    await world.put(reward, aReward({ partnership_key: "part_1", currency: "CHF", amount_usd: null, created_at: AT }));
    expect(data(await put({ EUR: "2" }))["unconverted"]).toEqual({
      transactions: { GBP: 2 },
      rewards: { CHF: 1 },
      is_all: true,
    });
    expect(data(await world.request("GET", "/transactions/eur_1"))).toMatchObject({ amount_usd: 1100 });
    expect(data(await world.pay({ key: "eur_2", currency: "EUR" }))).toMatchObject({ amount_usd: 2000 });
  });

  test("needs its own permission, and is none of a partner's or of test keys'", async () => {
    await world.hire("acme", { email: "bo@acme.example", permissions: ["rates:read"] });
    const reader = await world.bearerOf({ program: "acme", kind: "teammate", email: "bo@acme.example" });
    const partner = await world.partnersToken("part_1");
    const call = (method: string, authorization: string) =>
      world.call(method, "/api/v2/rates", { authorization, ...(method === "PUT" && { body: { rates: {} } }) });
    expect((await call("GET", reader)).status).toBe(200);
    expect((await call("PUT", reader)).status).toBe(403);
    expect((await call("GET", partner)).status).toBe(403);
    expect(await world.asTest("PUT", "/rates", { rates: {} })).toMatchObject({ status: 403 });
    const { basic: authorization } = await world.start({ key: "globex" });
    expect(data(await call("GET", authorization))).toMatchObject({ key: "globex", rates: { USD: "1" } });
  });

  test("changed by two at once is one of the two", async () => {
    const replies = await Promise.all([put({ EUR: "2" }), put({ GBP: "3" })]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    const { rates } = data(await world.request("GET", "/rates")) as { rates: object };
    expect([
      { EUR: "2", USD: "1" },
      { GBP: "3", USD: "1" },
    ]).toContainEqual(rates);
  });
});
