import { expect, test } from "vitest";
import { aField } from "../../../shared/records/form-field.ts";
import { program as programRecord } from "../../../shared/records/program.ts";
import { createExportWorld } from "./export-world.ts";

const NONE = { partner_manager: "", partner_tags: "", exported_at: "2026-04-01 12:00:00" };

test("applications tell what partners said, in columns by the labels of the program's own fields", async () => {
  const world = createExportWorld();
  await world.program();
  await world.partner("part_1", { fields: { agreement: true, about: "=We resell\nmuch", seats: -3 } });
  await world.partner("part_2", { status: "pending" });
  await world.partner("part_3", { status: "declined", fields: { email: "second@partners.example" } });
  const [stored] = await world.ledger.read(programRecord, [{ pk: "acme/program", sk: "#" }]);
  if (stored === undefined) throw new Error("there is no program");
  const partner_fields = [
    aField("agreement", "flag", "Agreement", true),
    aField("about", "text", "Business description", false),
    aField("seats", "number", "Seats", false),
    // A label that is a column already.
    aField("other_mail", "email", "email", false),
  ];
  const after = { ...stored.record, partner_fields };
  await world.ledger.commit({ mark: "fields", changes: [{ declaration: programRecord, before: stored, after }] });

  const { applications } = await world.exported();
  expect(Object.keys(applications[0] ?? {}).slice(-7)).toEqual([
    "First name",
    "Last name",
    "email",
    "Agreement",
    "Business description",
    "Seats",
    "other_mail",
  ]);
  expect(applications).toMatchObject([
    {
      partner_id: "part_1",
      application_approved: "true",
      Agreement: "true",
      "Business description": "'=We resell\nmuch",
      Seats: "-3",
    },
    { partner_id: "part_2", application_approved: "", Agreement: "", "Business description": "", Seats: "" },
    { partner_id: "part_3", application_approved: "false", email: "part_3@partners.example", "Last name": "part_3" },
  ]);
});

test("leads and deals carry the words of the agreement, and the customers they became wherever those are", async () => {
  const world = createExportWorld();
  world.clock.set("2026-03-01T08:09:10.999Z");
  await world.program();
  await world.partner("part_1");
  await world.partner("part_2");
  await world.customer("cus_1", "part_1", { name: "=Grace" });
  await world.customer("cus_2", "part_2");
  await world.lead("lead_1", "part_1", {
    amount: 123_456,
    currency: "KWD",
    customer_key: "cus_1",
    status: "closed won",
  });
  await world.lead("lead_2", "part_1", {
    approved: false,
    decline_reason: "-known",
    customer_key: "cus_2",
    email: null,
  });
  await world.deal("deal_1", "part_2", {
    amount: -500,
    currency: "JPY",
    email: "buyer@cobol.example",
    contact_first_name: "Grace",
  });
  await world.deal("deal_2", "part_2", {
    lost_reason: "@price",
    stage: "lost",
    customer_key: "cus_1",
    account_name: null,
  });
  world.clock.set("2026-04-01T12:00:00Z");
  const { leads, deals, manifest } = await world.exported();
  const joined = { partner_program_join_date: "2026-03-01 08:09:10", partner_group_join_date: "2026-03-01 08:09:10" };
  const lead = { ...NONE, ...joined, partner_id: "part_1", partner_name: "Ada part_1" };
  const ofLead = { lead_last_updated: "2026-03-01 08:09:10", lead_created_date: "2026-03-01 08:09:10" };
  expect(leads).toEqual([
    {
      ...lead,
      ...ofLead,
      lead_email: "lead_1@leads.example",
      lead_status: "closed won",
      lead_amount: "123.456",
      lead_approved: "true",
      lead_decline_reason: "",
      customer_key: "own_cus_1",
      customer_ps_key: "cus_1",
      customer_name: "'=Grace",
    },
    {
      ...lead,
      ...ofLead,
      lead_email: "",
      lead_status: "open",
      lead_amount: "",
      lead_approved: "false",
      lead_decline_reason: "'-known",
      customer_key: "own_cus_2",
      customer_ps_key: "cus_2",
      customer_name: "Customer cus_2",
    },
  ]);
  const deal = {
    partner_id: "part_2",
    deal_last_updated: "2026-03-01 08:09:10",
    deal_close_date: "2026-12-31",
    deal_created_date: "2026-03-01 08:09:10",
    exported_at: NONE.exported_at,
  };
  expect(deals).toEqual([
    {
      ...deal,
      deal_account_name: "Account deal_1",
      deal_email: "buyer@cobol.example",
      deal_stage: "Working",
      deal_amount: "-500",
      deal_lost_reason: "",
      deal_contact_first_name: "Grace",
      customer_key: "",
      customer_ps_key: "",
      customer_name: "",
    },
    {
      ...deal,
      deal_account_name: "",
      deal_email: "",
      deal_stage: "lost",
      deal_amount: "50.00",
      deal_lost_reason: "'@price",
      deal_contact_first_name: "",
      customer_key: "own_cus_1",
      customer_ps_key: "cus_1",
      customer_name: "'=Grace",
    },
  ]);
  expect(Object.fromEntries(manifest.files.map(({ name, sums }) => [name, sums]))).toMatchObject({
    "deals.csv": { JPY: "-500", USD: "50.00" },
    "leads.csv": { KWD: "123.456" },
  });
});
