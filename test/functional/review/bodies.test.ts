import { expect, test } from "vitest";
import { createMoneyWorld } from "../api/money-world.ts";

test.each([
  ["/imports", { type: "partners", filename: "a.csv", no_such_field: 1 }],
  ["/exports/base-records", { member_email: "ada@acme.example", no_such_field: 1 }],
] as const)("POST %s refuses a field that it does not know, by its name", async (path, body) => {
  const { request } = await createMoneyWorld();
  const reply = await request("POST", path, body);
  expect(reply.status).toBe(400);
  expect(reply.text).toContain("no_such_field");
});

test.fails("a text in place of a whole number is refused in the wording of JSON Schema", async () => {
  const { pay } = await createMoneyWorld();
  expect((await pay({ amount: "5" })).json).toMatchObject({
    status: 400,
    message: "'5' is not of type 'integer'",
    field: "amount",
  });
});
