import { allOf, eitherAmount, type Preset, source, WHOLE_NUMBERS_ARE_CENTS } from "./preset.ts";

/**
 * Derived: the columns of Rewardful's import article (first_name, last_name, email, paypal_email, token,
 * stripe_customer_id) and the fields of its API, nested ones flattened; no export of its was found published.
 */
export const rewardful: readonly Preset[] = [
  {
    name: "a Rewardful affiliates export",
    type: "partners",
    signature: allOf(
      "first_name",
      "last_name",
      "email",
      "token|link_token|paypal_email|wise_email|visitors|conversions|campaign|campaign_name",
    ),
    sources: [
      source("first_name", "partner_first"),
      source("last_name", "partner_last"),
      source("email", "partner_email"),
      source("id|affiliate_id", "partner_key"),
      source("token|link_token", "partner_key"),
      source("created_at|created|joined_at", "partner_joined_date"),
    ],
  },
  {
    name: "a Rewardful referrals export",
    type: "customers",
    signature: allOf(
      "customer_email|email",
      "stripe_customer_id|customer_id",
      "conversion_state|became_lead_at|became_conversion_at",
    ),
    sources: [
      source("stripe_customer_id|customer_id", "customer_key"),
      source("customer_email|email", "email"),
      source("customer_name|name", "name"),
      source("stripe_customer_id|customer_id", "provider_key"),
      source("affiliate_id", "partner_key"),
      source("affiliate_token|token|link_token", "partner_key"),
      source("became_lead_at", "created_at"),
      source("created_at|created", "created_at"),
    ],
  },
  {
    name: "a Rewardful commissions export",
    type: "rewards",
    signature: allOf("amount|commission_amount", "currency", "state|status", "due_at|due_date"),
    sources: [
      source("affiliate_email", "partner_email"),
      source("affiliate_id", "partner_key"),
      source("affiliate_token|token", "partner_key"),
      ...eitherAmount("amount|commission_amount"),
      source("currency", "reward_currency"),
      source("state|status", "status", { words: { due: "approved", voided: "declined" } }),
      source("state|status", "reward_description", { constant: "Commission from Rewardful" }),
      source("stripe_customer_id|customer_id", "target_type", { constant: "customer" }),
      source("stripe_customer_id|customer_id", "target_key"),
      source("created_at|created", "created_at"),
    ],
    note: WHOLE_NUMBERS_ARE_CENTS,
  },
];
