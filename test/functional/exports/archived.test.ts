import { expect, test } from "vitest";
import { column } from "./read-bundle.ts";
import { createExportWorld } from "./export-world.ts";

test("archived transactions and rewards are in no file of a bundle, in no sum and no count", async () => {
  const world = createExportWorld();
  await world.program();
  await world.partner("part_1");
  await world.partner("part_2");
  const one = await world.customer("cus_1", "part_1");
  const other = await world.customer("cus_2", "part_1");
  await world.transaction("trx_1", one);
  await world.transaction("trx_2", one, { archived: true });
  await world.transaction("trx_3", other, { archived: true });
  const earned = { customer_key: "cus_1", transaction_key: "trx_1" };
  await world.reward("rwrd_1", "part_1", earned);
  await world.reward("rwrd_2", "part_1", { ...earned, archived: true });
  await world.customer("cus_3", "part_2", { former_partnership_keys: ["part_1"] });
  await world.transaction("trx_4", { ...one, key: "cus_3" }, { archived: true });
  const { customers, partners, rewards, transactions } = await world.exported();
  expect(column(transactions, "transaction_key")).toEqual(["trx_1"]);
  expect(column(transactions, "reward_key")).toEqual(["rwrd_1"]);
  expect(column(rewards, "reward_key")).toEqual(["rwrd_1"]);
  expect(column(customers, "number_of_transactions_for_customer")).toEqual(["1", "0", "0"]);
  expect(column(customers, "customer_has_paid")).toEqual(["true", "false", "false"]);
  expect(partners[0]).toMatchObject({
    total_number_of_transactions: "1",
    total_sum_of_transactions_usd: "10.00",
    total_sum_of_rewards: "1.00",
  });
});
