import { expect, test } from "vitest";
import { customer } from "../../../shared/records/customer.ts";
import { AT, createMoneyWorld } from "../api/money-world.ts";
import { aCustomer } from "../ledger-records.ts";

/** Read units of a partner's list in a program that has so many customers of another partner. */
async function unitsOf(others: number, query: Readonly<Record<string, string>>): Promise<number> {
  const world = await createMoneyWorld();
  for (let n = 0; n < others; n++) {
    const dated = { created_at: AT + n, updated_at: AT + n };
    const names = { key: `cus_o${n}`, customer_key: `o${n}`, email: `o${n}@c.example` };
    await world.put(customer, aCustomer({ ...names, partnership_key: "part_2", ...dated }));
  }
  const authorization = await world.partnersToken("part_1");
  const before = world.table.units.read;
  await world.call("GET", "/api/v2/customers", { authorization, query });
  return world.table.units.read - before;
}

test.each([{}, { order_by: "-updated_at" }])(
  "a partner's list by %o costs no more in a larger program",
  async (query) => {
    const [small, large] = [await unitsOf(50, query), await unitsOf(1_500, query)];
    expect(large).toBeLessThanOrEqual(small * 1.5);
  },
);

test.fails("customers of a group that has none cost no more to list in a larger program", async () => {
  const unitsFor = async (others: number) => {
    const world = await createMoneyWorld();
    await world.request("POST", "/groups", { name: "Empty" });
    for (let n = 0; n < others; n++) {
      const dated = { created_at: AT + n, updated_at: AT + n };
      const names = { key: `cus_o${n}`, customer_key: `o${n}`, email: `o${n}@c.example` };
      await world.put(customer, aCustomer({ ...names, partnership_key: "part_2", ...dated }));
    }
    const before = world.table.units.read;
    await world.list("/customers", { group: "empty" });
    return world.table.units.read - before;
  };
  const [small, large] = [await unitsFor(50), await unitsFor(1_500)];
  expect(large).toBeLessThanOrEqual(small * 1.5);
});
