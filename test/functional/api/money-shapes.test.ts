import { expect, test } from "vitest";
import { eachShape } from "../../../shared/api/each-of.ts";
import { ratesShape } from "../../../shared/api/rates/rates-shape.ts";
import { partnersRewardShape, rewardShape } from "../../../shared/api/rewards/reward-shape.ts";
import { partnersTransactionShape, transactionShape } from "../../../shared/api/transactions/transaction-shape.ts";
import { createTransaction } from "../../../shared/api/transactions/create-transaction.ts";
import { archiveTransaction } from "../../../shared/api/transactions/archive-transaction.ts";
import type { ApiRequest } from "../../../shared/api/request.ts";
import { customer } from "../../../shared/records/customer.ts";
import { partnership } from "../../../shared/records/partnership.ts";
import { createMemoryQueue } from "../../fakes/memory-queue.ts";
import { createImportWorld, lines } from "../imports-harness.ts";
import { createMoneyWorld, data, misfits } from "./money-world.ts";

test("every answer is as its schema says, with no field more or less", async () => {
  const world = await createMoneyWorld();
  await world.request("POST", "/triggers", {
    name: "Share",
    event: "transaction_created",
    effects: [{ type: "reward", percent: "10", description: "Share" }],
  });
  await world.pay({ key: "inv_1", metadata: { a: 1 }, subscription_key: "sub_1", subscription_plan: "Team" });
  await world.pay({ key: "inv_2", customer_key: "cus_3", currency: "GBP" });
  await world.pay({ key: "inv_3", customer_key: "cus_t" });
  await world.request("POST", "/rewards", { amount: 5, description: "By hand", partner_key: "ada" });
  const authorization = await world.partnersToken("part_1");
  const listed = async (path: string, isPartner: boolean) => {
    const reply = isPartner ? await world.call("GET", `/api/v2${path}`, { authorization }) : await world.list(path);
    return (data(reply) as { items: unknown[] }).items;
  };
  for (const [path, isPartner, shape, count] of [
    ["/transactions", false, transactionShape, 3],
    ["/transactions", true, partnersTransactionShape, 1],
    ["/rewards", false, rewardShape, 2],
    ["/rewards", true, partnersRewardShape, 2],
  ] as const) {
    const items = await listed(path, isPartner);
    expect(items).toHaveLength(count);
    for (const item of items) expect(misfits(shape, item), path).toEqual([]);
  }
  expect(misfits(ratesShape, data(await world.request("GET", "/rates")))).toEqual([]);
  const each = await world.request("POST", "/transactions/convert", { keys: ["inv_1", "nothing"] });
  expect(misfits(eachShape, data(each))).toEqual([]);
});

/** Payments that begin, change, pay back and leave subscriptions, newest first and oldest first. */
const PAYMENTS = [
  { key: "p_01", day: 10, amount: 1000, plan: "Team", quantity: 3 },
  { key: "p_02", day: 12, amount: 2000, subscription: "sub_1", plan: "Max", value: 24_000 },
  { key: "p_03", day: 5, amount: 900, plan: "te-am" },
  { key: "p_04", day: 13, amount: -500, subscription: "sub_1" },
  { key: "p_05", day: 20, amount: 2500, subscription: "sub_1" },
  { key: "p_06", day: 1, amount: 100, subscription: "sub_1", plan: "Mini" },
  { key: "p_07", day: 2, amount: 300 },
  { key: "p_08", day: 25, amount: 0, plan: "Team" },
] as const satisfies readonly {
  key: string;
  day: number;
  amount: number;
  subscription?: string;
  plan?: string;
  quantity?: number;
  value?: number;
}[];

test("subscriptions come out of requests as they come out of a file, archived payments and all", async () => {
  for (const payments of [PAYMENTS, PAYMENTS.toReversed()]) {
    const worlds = [];
    for (const isFile of [true, false]) {
      const world = await createImportWorld();
      await world.drop(
        "partners",
        lines("partner_first,partner_last,partner_email,partner_key", "Ada,Lee,ada@x.io,ada"),
      );
      await world.drop("customers", lines("customer_key,email,partner_key", "u1,u1@x.io,ada"));
      const { ledger, clock } = world;
      const dependencies = {
        ledger,
        clock,
        mailQueue: createMemoryQueue<never>(),
        announce: async () => Promise.resolve(),
      };
      let requests = 0;
      const request = (given: Partial<ApiRequest>): ApiRequest => ({
        principal: { program: "acme", kind: "key", id: "pk", permissions: [], test: false },
        path: {},
        query: {},
        body: undefined,
        remoteIp: "",
        mark: `req_${(requests += 1)}`,
        newKey: (prefix) => `${prefix}${requests}`,
        ...given,
      });
      if (isFile) {
        const header =
          "key,customer_key,amount_in_cents,currency,created_at,subscription_key,subscription_plan,subscription_quantity,subscription_value_in_cents,archived";
        const rows = payments.map((one) => {
          const {
            subscription = "",
            plan = "",
            quantity = "",
            value = "",
          } = one as Partial<Record<string, string | number>>;
          const isArchived = one.key === "p_05" || one.key === "p_03";
          return [
            one.key,
            "u1",
            one.amount,
            "EUR",
            `2026-01-${String(one.day).padStart(2, "0")}`,
            subscription,
            plan,
            quantity,
            value,
            isArchived,
          ].join(",");
        });
        await world.drop("transactions", lines(header, ...rows));
      } else {
        clock.advance(1000);
        for (const one of payments) {
          const { subscription, plan, quantity, value } = one as Partial<Record<string, string | number>>;
          const body = {
            key: one.key,
            customer_external_key: "u1",
            amount: one.amount,
            currency: "EUR",
            created_at: Date.UTC(2026, 0, one.day),
            subscription_key: subscription,
            subscription_plan: plan,
            subscription_quantity: quantity,
            subscription_value_in_cents: value,
          };
          await createTransaction(dependencies, request({ body }));
        }
        for (const key of ["p_03", "p_05"]) await archiveTransaction(dependencies, request({ path: { key } }));
      }
      const [partner] = world.stored(partnership);
      const totals = Object.entries(await world.totals(partner?.key ?? "")).filter(([, sum]) => sum !== 0);
      const [{ subscriptions } = { subscriptions: [] }] = world.stored(customer);
      worlds.push({ subscriptions, totals: Object.fromEntries(totals) });
    }
    expect(worlds[1]).toEqual(worlds[0]);
    expect(worlds[0]?.subscriptions).toHaveLength(2);
  }
});
