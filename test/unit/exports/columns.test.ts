import { expect, test } from "vitest";
import { bundleFiles } from "../../../shared/exports/bundle-files.ts";

// Agreed with those who join these files: neither names nor order may change unnoticed.
const AGREED = {
  applications:
    "partner_id, partner_name, partner_group, partner_program_join_date, partner_group_join_date, partner_manager, partner_tags, " +
    "application_approved, exported_at, First name, Last name, email",
  customers:
    "partner_id, partner_name, partner_group, partner_program_join_date, partner_group_join_date, partner_manager, partner_tags, " +
    "customer_creation_date, customer_key, customer_ps_key, customer_creation_source, customer_email, customer_has_paid, " +
    "customer_company, number_of_transactions_for_customer, subscription_plan_name, subscription_plan_value, " +
    "subscription_count, exported_at",
  deals:
    "partner_id, deal_account_name, deal_email, deal_stage, deal_amount, deal_last_updated, deal_close_date, " +
    "deal_created_date, deal_lost_reason, deal_contact_first_name, customer_key, customer_ps_key, customer_name, exported_at",
  leads:
    "partner_id, partner_name, partner_program_join_date, partner_group_join_date, partner_manager, partner_tags, lead_email, " +
    "lead_status, lead_amount, lead_last_updated, lead_created_date, lead_approved, lead_decline_reason, customer_key, " +
    "customer_ps_key, customer_name, exported_at",
  partners:
    "partner_id, partner_firstname, partner_group, partner_program_join_date, partner_group_join_date, archived_status, " +
    "partner_email, partner_manager, partner_tags, total_number_of_customers, total_number_of_transactions, " +
    "total_sum_of_transactions_usd, total_sum_of_rewards, exported_at",
  rewards:
    "partner_id, partner_name, partner_group, partner_program_join_date, partner_group_join_date, partner_manager, partner_tags, " +
    "reward_key, reward_amount, reward_description, reward_created_date, reward_status, reward_source, " +
    "reward_transaction_key, reward_customer_key, reward_release_date, reward_subscription_key, exported_at",
  transactions:
    "partner_id, partner_name, partner_group, partner_program_join_date, partner_group_join_date, partner_manager, partner_tags, " +
    "transaction_key, transaction_create_date, transaction_product_key, transaction_amount, transaction_currency, " +
    "transaction_approved, unapproved_reasons, reward_key, reward_amount, customer_key, customer_ps_key, customer_name, " +
    "subscription_plan, exported_at",
} as const;

test("a bundle has seven files, in alphabetical order", () => {
  expect(Object.values(bundleFiles).map(({ file }) => file)).toEqual([
    "applications.csv",
    "customers.csv",
    "deals.csv",
    "leads.csv",
    "partners.csv",
    "rewards.csv",
    "transactions.csv",
  ]);
});

test.each(Object.entries(AGREED))("%s.csv has the agreed columns in the agreed order", (name, columns) => {
  const found = Object.entries(bundleFiles).find(([file]) => file === name)?.[1].columns ?? {};
  expect(Object.keys(found).join(", ")).toBe(columns);
});
