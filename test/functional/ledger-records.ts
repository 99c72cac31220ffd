import type { Customer } from "../../shared/records/customer.ts";
import type { Deal } from "../../shared/records/deal.ts";
import type { Lead } from "../../shared/records/lead.ts";
import { PARTNER_DEFAULTS, type Partnership } from "../../shared/records/partnership.ts";
import type { Reward } from "../../shared/records/reward.ts";
import type { Transaction } from "../../shared/records/transaction.ts";

const DAY = Date.parse("2026-01-31");
const dates = { created_at: DAY, updated_at: DAY };

export const aCustomer = (overrides: Partial<Customer> = {}): Customer => ({
  ...dates,
  program: "acme",
  key: "cus_1",
  customer_key: "u1",
  email: "U1@x.io",
  name: null,
  anonymized: false,
  company_name: null,
  partnership_key: "part_a",
  provider_key: null,
  source_type: "import",
  archived: false,
  fields: {},
  subscriptions: [],
  former_partnership_keys: [],
  ...overrides,
});

export const aTransaction = (overrides: Partial<Transaction> = {}): Transaction => ({
  ...dates,
  program: "acme",
  key: "t1",
  customer_key: "cus_1",
  partnership_key: "part_a",
  amount: 100,
  currency: "EUR",
  amount_usd: 108,
  product_key: null,
  category_key: null,
  subscription_key: null,
  subscription_plan: null,
  approved: true,
  unapproved_reasons: [],
  archived: false,
  metadata: {},
  ...overrides,
});

export const aPartner = (overrides: Partial<Partnership> = {}): Partnership => ({
  ...dates,
  ...PARTNER_DEFAULTS,
  program: "acme",
  key: "part_a",
  partner_key: "ada",
  email: "Ada@x.io",
  first_name: "Ada",
  last_name: "Lee",
  group_key: "grup_1",
  manager: null,
  tags: [],
  fields: {},
  status: "approved",
  archived: false,
  joined_at: DAY,
  group_joined_at: DAY,
  ...overrides,
});

export const aReward = (overrides: Partial<Reward> = {}): Reward => ({
  ...dates,
  program: "acme",
  key: "rew_1",
  partnership_key: "part_a",
  amount: 10,
  currency: "EUR",
  amount_usd: 11,
  description: "For t1",
  reward_status: "pending",
  decline_reason: null,
  source: "trigger",
  is_external: false,
  customer_key: "cus_1",
  transaction_key: "t1",
  subscription_key: null,
  trigger_key: null,
  ready_at: null,
  archived: false,
  ...overrides,
});

export const aLead = (overrides: Partial<Lead> = {}): Lead => ({
  ...dates,
  program: "acme",
  key: "lead_1",
  external_key: null,
  partnership_key: "part_a",
  group_key: "grup_1",
  first_name: "Grace",
  last_name: "Hopper",
  email: "grace@l.example",
  company: "Cobol, Inc.",
  status: "open",
  amount: null,
  currency: "USD",
  notes: null,
  approved: true,
  decline_reason: null,
  customer_key: null,
  fields: {},
  archived: false,
  ...overrides,
});

export const aDeal = (overrides: Partial<Deal> = {}): Deal => ({
  ...dates,
  program: "acme",
  key: "deal_1",
  external_key: null,
  partnership_key: "part_a",
  group_key: "grup_1",
  account_name: "Cobol, Inc.",
  email: null,
  amount: 5000,
  currency: "USD",
  close_date: "2026-05-01",
  stage: "Working",
  contact_first_name: null,
  contact_last_name: null,
  lost_reason: null,
  source: "partner",
  customer_key: null,
  notes: null,
  fields: {},
  archived: false,
  ...overrides,
});
