import { expect, test } from "vitest";
import type { PartnerView } from "../../../shared/records/bundle.ts";
import { type Deal, deal } from "../../../shared/records/deal.ts";
import { type Lead, lead } from "../../../shared/records/lead.ts";

const CREATED = Date.parse("2026-03-01T09:30:00.123Z");
const UPDATED = Date.parse("2026-03-02T10:00:00Z");
const AS_OF = Date.parse("2026-03-31T00:00:00Z");

const partner: PartnerView = {
  id: "part_1",
  key: "ada",
  firstName: "Ada",
  name: "Ada =L",
  email: "ada@x.io",
  group: "Affiliates",
  groupSlug: "affiliates",
  joinedAt: Date.parse("2025-01-01"),
  groupJoinedAt: Date.parse("2025-02-01"),
  manager: "-boss",
  tags: ["gold", "emea"],
  archived: false,
};
const customer = { key: "cus_1", customer_key: "+49 30", name: "=Grace" };

const dates = { program: "acme", created_at: CREATED, updated_at: UPDATED };
const aLead: Lead = {
  ...dates,
  key: "lead_1",
  external_key: null,
  partnership_key: "part_1",
  group_key: "grup_1",
  first_name: "Grace",
  last_name: "Hopper",
  email: "+grace@x.io",
  company: "Cobol",
  status: "open",
  amount: 1500,
  currency: "JPY",
  notes: null,
  approved: false,
  decline_reason: "=known",
  customer_key: "cus_1",
  fields: {},
  archived: false,
};
const aDeal: Deal = {
  ...dates,
  key: "deal_1",
  external_key: "crm_1",
  partnership_key: "part_1",
  group_key: "grup_1",
  account_name: "@Cobol",
  email: "-buyer@x.io",
  amount: -1250,
  currency: "EUR",
  close_date: "2026-06-30",
  stage: "Working",
  contact_first_name: "Grace",
  contact_last_name: "Hopper",
  lost_reason: "Too dear",
  source: "vendor",
  customer_key: "cus_1",
  notes: null,
  fields: {},
  archived: false,
};

test("a lead's row in the bundle tells its partner, what it is, and whom it became", () => {
  const row = { subject: { lead: aLead, customer, formGroup: "affiliates" }, partner, exportedAt: AS_OF };
  const cells = Object.entries(lead.bundle.columns).map(([name, cell]) => [name, cell(row)]);
  expect(Object.fromEntries(cells)).toEqual({
    partner_id: "part_1",
    partner_name: "Ada =L",
    partner_program_join_date: "2025-01-01 00:00:00",
    partner_group_join_date: "2025-02-01 00:00:00",
    partner_manager: "'-boss",
    partner_tags: "gold|emea",
    lead_email: "'+grace@x.io",
    lead_status: "open",
    lead_amount: "1500",
    lead_last_updated: "2026-03-02 10:00:00",
    lead_created_date: "2026-03-01 09:30:00",
    lead_approved: "false",
    lead_decline_reason: "'=known",
    customer_key: "+49 30",
    customer_ps_key: "cus_1",
    customer_name: "'=Grace",
    exported_at: "2026-03-31 00:00:00",
  });
});

test("a deal's row in the bundle tells its partner, what it is, and whom it became", () => {
  const row = { subject: { deal: aDeal, customer: undefined, formGroup: "affiliates" }, partner, exportedAt: AS_OF };
  const cells = Object.entries(deal.bundle.columns).map(([name, cell]) => [name, cell(row)]);
  expect(Object.fromEntries(cells)).toEqual({
    partner_id: "part_1",
    deal_account_name: "'@Cobol",
    deal_email: "'-buyer@x.io",
    deal_stage: "Working",
    deal_amount: "-12.50",
    deal_last_updated: "2026-03-02 10:00:00",
    deal_close_date: "2026-06-30",
    deal_created_date: "2026-03-01 09:30:00",
    deal_lost_reason: "Too dear",
    deal_contact_first_name: "Grace",
    customer_key: "",
    customer_ps_key: "cus_1",
    customer_name: "",
    exported_at: "2026-03-31 00:00:00",
  });
});
