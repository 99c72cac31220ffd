import { expect, test } from "vitest";
import { customer } from "../../../shared/records/customer.ts";
import { AT, createMoneyWorld } from "../api/money-world.ts";
import { lead } from "../../../shared/records/lead.ts";
import { reward } from "../../../shared/records/reward.ts";
import { aCustomer, aLead, aReward } from "../ledger-records.ts";

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
  expect(reply).toMatchObject({ status: 400, json: { field: "order_by" } });
  expect(reply.text).not.toContain("theirs");
});

test("a partner's tables name no customer that was never the partner's, as its lists do not", async () => {
  const world = await createMoneyWorld();
  await world.request("PATCH", "/customers/cus_2", { name: "Secret Buyer" });
  const theirs = { partnership_key: "part_1", customer_key: "cus_2", created_at: AT, updated_at: AT };
  await world.put(reward, aReward({ key: "rwrd_1", transaction_key: null, ...theirs }));
  await world.put(lead, aLead({ key: "lead_1", ...theirs }));
  const authorization = await world.partnersToken("part_1");
  const told = async (path: string) => (await world.call("GET", `/api/v2${path}`, { authorization })).text;
  expect(await told("/rewards")).not.toContain("cus_2");
  expect(await told("/partners/me/rewards")).not.toContain("Secret Buyer");
  expect(await told("/partners/me/leads")).not.toContain("Secret Buyer");
});

test("who may make tokens, and read nothing, gives nobody more than that", async () => {
  const world = await createMoneyWorld();
  await world.hire("acme", { email: "mo@acme.example", permissions: ["access:write"] });
  const authorization = await world.bearerOf({ program: "acme", kind: "teammate", email: "mo@acme.example" });
  const path = "/api/v2/partners/part_1/customers";
  expect((await world.call("GET", path, { authorization })).status).toBe(403);
  const body = { partnership_key: "part_1", name: "mine" };
  const { json } = await world.call("POST", "/api/v2/tokens", { authorization, body });
  const { token } = (json as { data?: { token?: string } }).data ?? {};
  const asPartner = await world.call("GET", path, { authorization: `Bearer ${token}` });
  expect(asPartner.text).not.toContain("u1@c.example");
});
