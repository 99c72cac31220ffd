import { allOf, eitherAmount, fullName, type Preset, source, WHOLE_NUMBERS_ARE_CENTS } from "./preset.ts";

const REFERRAL_ID = "default_ref_id|ref_id|ref_token|referral_id";

/**
 * Derived: the fields of FirstPromoter's API (version 2, and `default_ref_id` and `ref_id` of version 1), nested ones
 * flattened; no export of its was found published.
 */
export const firstpromoter: readonly Preset[] = [
  {
    name: "a FirstPromoter promoters export",
    type: "partners",
    signature: allOf("email", "name|first_name", REFERRAL_ID),
    sources: [
      source("first_name", "partner_first"),
      source("last_name", "partner_last"),
      ...fullName("name"),
      source("email", "partner_email"),
      source(REFERRAL_ID, "partner_key"),
      source("joined_at|created_at|signed_up_at", "partner_joined_date"),
    ],
    lacks: ["partner_last"],
  },
  {
    name: "a FirstPromoter leads and customers export",
    type: "customers",
    signature: allOf("email", "uid", "customer_since|state|promoter_email|promoter_ref_id|ref_id|ref_token"),
    sources: [
      source("uid", "customer_key"),
      source("email", "customer_key"),
      source("email", "email"),
      source("name", "name"),
      source("first_name", "name", "added"),
      source("last_name", "name", "added"),
      source("promoter_ref_id|ref_id|ref_token|default_ref_id", "partner_key"),
      source("stripe_customer_id|cus_id", "provider_key"),
      source("created_at", "created_at"),
    ],
  },
  {
    name: "a FirstPromoter commissions export",
    type: "rewards",
    signature: allOf("amount|commission_amount", "status", "sale_amount|original_sale_amount|commission_type"),
    sources: [
      source("promoter_email", "partner_email"),
      source("promoter_ref_id|ref_id|ref_token|default_ref_id", "partner_key"),
      ...eitherAmount("amount|commission_amount"),
      source("currency|original_sale_currency", "reward_currency"),
      source("external_note", "reward_description"),
      source("status", "reward_description", { constant: "Commission from FirstPromoter" }),
      source("is_paid|paid", "status", { words: { true: "paid", yes: "paid", false: "", no: "" } }),
      source("status", "status", { words: { denied: "declined" } }),
      source("referral_uid|uid", "target_type", { constant: "customer" }),
      source("referral_uid|uid", "target_key"),
      source("created_at", "created_at"),
    ],
    note: WHOLE_NUMBERS_ARE_CENTS,
  },
];
