import { expect, test } from "vitest";
import { createMoneyWorld, data } from "../api/money-world.ts";

test("a lead that became a customer whose address is hidden tells it by no other field", async () => {
  const { request, list } = await createMoneyWorld();
  const email = "hush@lead.example";
  const body = {
    external_key: email,
    partner_key: "ada",
    status: "open",
    meta: { first_name: "Hu", last_name: "Sh", email, company: "Quiet" },
  };
  const { key } = data(await request("POST", "/leads", body));
  expect((await request("POST", `/leads/${String(key)}/convert`, { email })).status).toBe(200);
  expect((await request("PATCH", "/program", { anonymize_customers: true })).status).toBe(200);
  const { text } = await list("/leads");
  expect(text).toContain("anonymous.invalid");
  expect(text).not.toContain(email);
});
