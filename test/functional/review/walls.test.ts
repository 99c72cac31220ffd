import { expect, test } from "vitest";
import { customer } from "../../../shared/records/customer.ts";
import { AT, createMoneyWorld, data } from "../api/money-world.ts";
import { aCustomer } from "../ledger-records.ts";

test("a cursor tells a partner nothing of whether another partner has a transaction of that key", async () => {
  const world = await createMoneyWorld();
  await world.pay({ customer_key: "cus_2", key: "order-77" });
  const authorization = await world.partnersToken("part_1");
  const after = (key: string) =>
    world.call("GET", "/api/v2/transactions", { authorization, query: { starting_after: key } });
  const [theirs, nobodys] = [await after("order-77"), await after("order-78")];
  expect({ status: theirs.status, text: theirs.text }).toEqual({ status: nobodys.status, text: nobodys.text });
});

test("a partner's list by change names no record of another partner", async () => {
  const world = await createMoneyWorld();
  await world.put(
    customer,
    aCustomer({
      key: "cus_own",
      customer_key: "own",
      email: "own@c.example",
      partnership_key: "part_1",
      created_at: AT,
      updated_at: AT + 100_000,
    }),
  );
  for (let n = 0; n < 2_600; n++) {
    const dated = { created_at: AT + n, updated_at: AT + n };
    const names = { key: `cus_theirs_${n}`, customer_key: `theirs-${n}`, email: `t${n}@c.example` };
    await world.put(customer, aCustomer({ ...names, partnership_key: "part_2", ...dated }));
  }
  const authorization = await world.partnersToken("part_1");
  const reply = await world.call("GET", "/api/v2/customers", { authorization, query: { order_by: "-updated_at" } });
  expect(reply.status).toBe(200);
  expect(reply.keys).toContain("cus_own");
  expect(reply.text).not.toContain("theirs");
  expect(data(reply)["looked_to"]).toBeUndefined();
});
