import { allOf, type Preset, source } from "./preset.ts";

/**
 * Derived: the fields of Tolt's documented API, where amounts are cents and `customer_id` beside an amount is Tolt's own
 * id of the customer, so that customers are known by it here as well; no export of its was found published.
 */
export const tolt: readonly Preset[] = [
  {
    name: "a Tolt partners export",
    type: "partners",
    signature: allOf("id", "first_name", "last_name", "email", "country_code|payout_method|company_name|program_id"),
    sources: [
      source("first_name", "partner_first"),
      source("last_name", "partner_last"),
      source("email", "partner_email"),
      source("id", "partner_key"),
      source("created_at", "partner_joined_date"),
    ],
  },
  {
    name: "a Tolt customers export",
    type: "customers",
    signature: allOf("id", "customer_id", "email", "partner_id|partner_email|partner"),
    sources: [
      source("id", "customer_key"),
      source("email", "email"),
      source("name", "name"),
      source("customer_id", "provider_key"),
      source("partner_id", "partner_key"),
      source("created_at", "created_at"),
    ],
  },
  {
    name: "a Tolt transactions export",
    type: "transactions",
    signature: allOf("id", "amount", "customer_id", "charge_id", "billing_type|interval|product_id|product_name"),
    sources: [
      source("id", "key"),
      source("customer_id", "customer_key"),
      source("amount", "amount_in_cents"),
      source("currency|currency_code", "currency"),
      source("product_id|product_name", "product_key"),
      source("created_at", "created_at"),
    ],
  },
  {
    name: "a Tolt commissions export",
    type: "rewards",
    signature: allOf("id", "amount", "status", "revenue|transaction_id", "partner_id|partner_email"),
    sources: [
      source("partner_email", "partner_email"),
      source("partner_id", "partner_key"),
      source("amount", "amount_in_cents"),
      source("currency|currency_code", "reward_currency"),
      source("status", "status", { words: { rejected: "declined", refunded: "declined" } }),
      source("id", "reward_description", { constant: "Commission from Tolt" }),
      source("transaction_id", "target_type", { constant: "transaction" }),
      source("transaction_id", "target_key"),
      source("customer_id", "target_type", { constant: "customer" }),
      source("customer_id", "target_key"),
      source("created_at", "created_at"),
    ],
  },
];
