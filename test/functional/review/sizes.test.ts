import { expect, test } from "vitest";
import { createMoneyWorld } from "../api/money-world.ts";

const ANSWER = 6 * 1024 * 1024;

const values = (begins: string) =>
  Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`${begins}${at}`, "\u20ac".repeat(1500)]));

test.each(["/customers/cus_1", "/partnerships/part_1"])(
  "%s takes only as many fields as an item of DynamoDB holds, and says so",
  async (path) => {
    const { request } = await createMoneyWorld();
    const statuses = [];
    for (const begins of ["a", "b", "c"]) {
      statuses.push((await request("PATCH", path, { meta: values(begins) })).status);
    }
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
  },
);

test("no page is larger than what a function can answer", async () => {
  const { request, list } = await createMoneyWorld();
  for (let n = 0; n < 8; n++) {
    const body = { email: `big${n}@c.example`, partner_key: "ada", meta: values("a") };
    expect((await request("POST", "/customers", body)).status).toBe(200);
  }
  const reply = await list("/customers", { limit: "250" });
  expect(Buffer.byteLength(JSON.stringify(reply.text))).toBeLessThanOrEqual(ANSWER);
});

test("a request with a large answer gets that answer again when it is repeated", async () => {
  const world = await createMoneyWorld();
  const { authorization } = world;
  const body = { email: "big@c.example", partner_key: "ada", meta: values("a") };
  const headers = { "idempotency-key": "large" };
  const ask = () => world.call("POST", "/api/v2/customers", { authorization, headers, body });
  expect((await ask()).status).toBe(200);
  expect((await ask()).status).toBe(200);
});
