import { expect, test } from "vitest";
import { customer } from "../../shared/records/customer.ts";
import { partnership } from "../../shared/records/partnership.ts";
import { reward } from "../../shared/records/reward.ts";
import { transaction } from "../../shared/records/transaction.ts";
import { createWorld } from "./api-world.ts";
import { aCustomer, aPartner, aReward, aTransaction } from "./ledger-records.ts";

const DAY = Date.parse("2026-01-31");

/** A program of so many partners, the first of whom has so many customers with two transactions and a reward each. */
async function worldOf(partners: number, customers: number) {
  const world = createWorld();
  const { basic: authorization } = await world.start();
  for (let index = 0; index < partners; index++) {
    const key = `part_${index}`;
    const made = { created_at: DAY + index, partner_key: `p${index}`, email: `p${index}@p.example` };
    await world.put(partnership, aPartner({ key, ...made, first_name: `Partner ${index}`, last_name: "" }));
  }
  for (let index = 0; index < customers; index++) {
    const [key, created_at] = [`cus_${index}`, DAY + index];
    const one = { key, customer_key: `u${index}`, email: `u${index}@c.example`, partnership_key: "part_0", created_at };
    await world.put(customer, aCustomer(one));
    for (const time of [1, 2]) {
      const paid = { key: `t${index}_${time}`, customer_key: key, partnership_key: "part_0", created_at: DAY + index };
      await world.put(transaction, aTransaction(paid));
    }
    const earned = { key: `r${index}`, customer_key: key, transaction_key: `t${index}_1`, partnership_key: "part_0" };
    await world.put(reward, aReward({ ...earned, created_at }));
  }
  const units = async (path: string, query: Record<string, string> = {}) => {
    const before = { ...world.table.units };
    const reply = await world.call("GET", `/api/v2/partners${path}`, { authorization, query });
    expect(reply.status).toBe(200);
    return {
      read: world.table.units.read - before.read,
      write: world.table.units.write - before.write,
      last: String(reply.keys.at(-1)),
    };
  };
  return { units };
}

test("a page costs what is on it, wherever it is and however large the program", async () => {
  const small = await worldOf(20, 20);
  const large = await worldOf(200, 200);
  const tables = ["", "/part_0/customers", "/part_0/transactions", "/part_0/rewards"];
  const table: Record<string, readonly number[]> = {};
  for (const path of tables) {
    const first = await large.units(path);
    let page = first;
    for (let turn = 0; turn < 8; turn++) page = await large.units(path, { starting_after: page.last });
    const inSmall = await small.units(path);
    table[path] = [inSmall.read, first.read, page.read];
    // A cursor costs reading its record: the claim and the record.
    expect(page.read - first.read, path).toBeLessThanOrEqual(2.5);
    expect(first.read / inSmall.read, path).toBeLessThan(1.2);
  }
  expect(table).toMatchInlineSnapshot(`
    {
      "": [
        17,
        17,
        19,
      ],
      "/part_0/customers": [
        18,
        18,
        20,
      ],
      "/part_0/rewards": [
        28,
        28,
        30,
      ],
      "/part_0/transactions": [
        23,
        23,
        25,
      ],
    }
  `);
});

test("who has paid is counted once, and told from what was kept until something changes", async () => {
  const { units } = await worldOf(3, 100);
  const first = await units("");
  const second = await units("");
  expect([first.write, second.write]).toEqual([1, 0]);
  expect(first.read - second.read).toBeGreaterThan(20);
  expect({ first: first.read, second: second.read }).toMatchInlineSnapshot(`
    {
      "first": 47,
      "second": 10,
    }
  `);
});

test("a search reads the index of names, and the partners that it shows", async () => {
  const { units } = await worldOf(200, 0);
  const found = await units("", { search: "partner 19", limit: "10" });
  expect(found.read).toMatchInlineSnapshot(`28`);
});

test("a table that is sorted reads the partner's records once", async () => {
  const { units } = await worldOf(1, 100);
  const sorted = await units("/part_0/transactions", { order_by: "-transaction_amount" });
  const file = await units("/part_0/transactions", { format: "csv" });
  expect([sorted.read, file.read]).toMatchInlineSnapshot(`
    [
      44,
      44,
    ]
  `);
});
