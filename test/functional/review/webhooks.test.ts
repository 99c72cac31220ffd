import { expect, test } from "vitest";
import { partnership } from "../../../shared/records/partnership.ts";
import { createMoneyWorld, data } from "../api/money-world.ts";
import { aPartner } from "../ledger-records.ts";
import { webhookWorld } from "../webhook-world.ts";

test("an event of a customer that the API took reaches its webhook, however much the customer says", async () => {
  const world = await webhookWorld();
  await world.put(partnership, aPartner({ key: "part_1", partner_key: "ada", email: "ada@p.example" }));
  const { key } = await world.make({ events: ["customer.created"] });
  const meta = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`f${at}`, "\u20ac".repeat(1000)]));
  const reply = await world.call("POST", "/api/v2/customers", { email: "n@c.example", partner_key: "ada", meta });
  expect(reply.status).toBe(200);
  await world.run(60_000).catch(() => undefined);
  expect(await world.deliveries(key)).toHaveLength(1);
});

test("keys for tests change no webhook of the program, and make none that hears of its own customers", async () => {
  const { request, asTest } = await createMoneyWorld();
  const body = { target: "https://hooks.example/", events: ["customer.created"] };
  const { key } = data(await request("POST", "/webhooks", body));
  const replies = [
    await asTest("POST", "/webhooks", { ...body, target: "https://elsewhere.example/" }),
    await asTest("PATCH", `/webhooks/${String(key)}`, { target: "https://elsewhere.example/" }),
    await asTest("DELETE", `/webhooks/${String(key)}`),
  ];
  expect(replies.map(({ status }) => status)).not.toContain(200);
});
