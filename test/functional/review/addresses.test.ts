import { expect, test } from "vitest";
import { lead } from "../../../shared/records/lead.ts";
import { placeholderEmail } from "../../../shared/records/shown-email.ts";
import { AT, createMoneyWorld, data } from "../api/money-world.ts";
import { createImportWorld, lines } from "../imports-harness.ts";
import { aLead } from "../ledger-records.ts";

/** A program with a lead that became a customer; addresses of customers are not told. */
async function createHidden(lead_: Parameters<typeof aLead>[0] = {}) {
  const world = await createMoneyWorld();
  const [{ key: group_key } = { key: "" }] = data(await world.list("/groups"))["items"] as { key: string }[];
  const dated = { created_at: AT, updated_at: AT };
  const address = { email: "u1@c.example", customer_key: "cus_1" };
  await world.put(lead, aLead({ key: "lead_1", partnership_key: "part_1", group_key, ...address, ...dated, ...lead_ }));
  expect((await world.request("PATCH", "/program", { anonymize_customers: true })).status).toBe(200);
  return world;
}

test("a lead that became a customer whose address is hidden tells it by no other field", async () => {
  // "Often the lead's e-mail address": partnerstack.md 1.4.
  const { list } = await createHidden({ external_key: "u1@c.example" });
  const { text } = await list("/leads");
  expect(text).toContain("anonymous.invalid");
  expect(text).not.toContain("u1@c.example");
});

test("who writes back the placeholder that they were told of a lead changes nothing", async () => {
  const { request, ledger } = await createHidden();
  const { email } = data(await request("GET", "/leads/lead_1"));
  expect(email).toContain("anonymous.invalid");
  expect((await request("PATCH", "/leads/lead_1", { email })).status).toBe(200);
  const [kept] = await ledger.find(lead, "acme", "key", ["lead_1"]);
  expect(kept?.record.email).toBe("u1@c.example");
});

test("a file of leads that tells placeholders changes no address", async () => {
  const imports = await createImportWorld({ program: { anonymize_customers: true } });
  const header = "external_key,first_name,last_name,email,company,partner_key,status,customer_key";
  await imports.drop(
    "partners",
    lines("partner_first,partner_last,partner_email,partner_key", "Ada,L,ada@p.example,ada"),
  );
  await imports.drop("customers", lines("customer_key,email,name,partner_key", "acct_1,cleo@c.example,Cleo,ada"));
  const row = (email: string) => lines(header, `crm_1,Cleo,Real,${email},C,ada,open,acct_1`);
  const first = await imports.drop("leads", row("cleo@c.example"));
  expect(first.outcomes.map(({ outcome }) => outcome)).toEqual(["created"]);
  const buyer = await imports.find("customer", "customer_key", "acct_1");
  await imports.drop("leads", row(placeholderEmail("acme", buyer?.key ?? "")));
  expect((await imports.find("lead", "external_key", "crm_1"))?.email).toBe("cleo@c.example");
});
