import { expect, test } from "vitest";
import { createMoneyWorld, data } from "../api/money-world.ts";

test("an archived payment is told as archived, or not at all, in a customer's history", async () => {
  const { request, pay, list } = await createMoneyWorld();
  await pay({ key: "order-1" });
  await request("DELETE", "/transactions/order-1");
  const { items } = data(await list("/customers/cus_1/history")) as { items: Record<string, unknown>[] };
  for (const one of items) if (one["type"] === "purchase") expect(one).toMatchObject({ archived: true });
});

test("an archived reward is told as archived, or not at all, in a partner's table", async () => {
  const { request, list } = await createMoneyWorld();
  const body = { amount: 500, currency: "USD", description: "Thanks", partner_key: "ada" };
  const { key } = data(await request("POST", "/rewards", body));
  await request("DELETE", `/rewards/${String(key)}`);
  const { items } = data(await list("/partners/part_1/rewards")) as { items: Record<string, unknown>[] };
  for (const one of items) expect(one).toMatchObject({ archived: true });
});

test("the latest activity of a partner does not tell archived payments as if they counted", async () => {
  const { request, pay, list } = await createMoneyWorld();
  await pay({ key: "order-1" });
  await request("DELETE", "/transactions/order-1");
  const { activity } = data(await list("/partners/part_1")) as { activity: { type: string; key: string }[] };
  expect(activity.filter(({ type }) => type === "purchase")).toEqual([]);
});

test.each(["declined", "pending"])("triggers pay nothing to a partner who is %s", async (approved_status) => {
  const { request, pay, list } = await createMoneyWorld();
  const body = {
    name: "Ten dollars",
    event: "transaction_created",
    effects: [{ type: "reward", amount: 1000, currency: "USD", description: "Thanks" }],
  };
  const made = await request("POST", "/triggers", body);
  expect(`${made.status} ${made.text}`).toContain("200 ");
  expect((await request("PATCH", "/partnerships/part_1", { approved_status })).status).toBe(200);
  expect((await pay()).status).toBe(200);
  expect((await list("/rewards")).keys).toEqual([]);
});

test.each([
  ["cus_1", "gstest"],
  ["cus_t", "ada"],
])(
  "customer %s does not go to %s: test records stay with test partners, as leads and deals do",
  async (key, partner) => {
    const { request } = await createMoneyWorld();
    expect((await request("PATCH", `/customers/${key}`, { partner_key: partner })).status).toBe(400);
  },
);
