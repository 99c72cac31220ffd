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
