import { expect, test } from "vitest";
import { createMoneyWorld } from "../api/money-world.ts";

test.fails("two who make webhooks at once make no more than a program may have", async () => {
  const { request, list } = await createMoneyWorld();
  const make = (n: number) =>
    request("POST", "/webhooks", { target: `https://hooks.example/${n}`, events: ["customer.created"] });
  for (let n = 0; n < 19; n++) expect((await make(n)).status).toBe(200);
  await Promise.all([make(20), make(21), make(22)]);
  expect((await list("/webhooks", { limit: "250" })).keys.length).toBeLessThanOrEqual(20);
});
