import { expect, test } from "vitest";
import { createMoneyWorld } from "../api/money-world.ts";

const ITEM = 400 * 1024;
const ANSWER = 6 * 1024 * 1024;

const values = (begins: string) =>
  Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`${begins}${at}`, "\u20ac".repeat(2000)]));

test("no customer grows beyond what an item of DynamoDB holds", async () => {
  const { request, table } = await createMoneyWorld();
  for (const begins of ["a", "b", "c"]) await request("PATCH", "/customers/cus_1", { meta: values(begins) });
  const sizes = table.items().map((item) => Buffer.byteLength(JSON.stringify(item)));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(ITEM);
});

test("no partner grows beyond what an item of DynamoDB holds", async () => {
  const { request, table } = await createMoneyWorld();
  for (const begins of ["a", "b", "c"]) await request("PATCH", "/partnerships/part_1", { meta: values(begins) });
  const sizes = table.items().map((item) => Buffer.byteLength(JSON.stringify(item)));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(ITEM);
});

test("no page is larger than what a function can answer", async () => {
  const { request, list } = await createMoneyWorld();
  for (let n = 0; n < 8; n++) {
    const body = { email: `big${n}@c.example`, partner_key: "ada", meta: values("a") };
    expect((await request("POST", "/customers", body)).status).toBe(200);
  }
  const reply = await list("/customers", { limit: "250" });
  expect(Buffer.byteLength(JSON.stringify(reply.text))).toBeLessThanOrEqual(ANSWER);
});
