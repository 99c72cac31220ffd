import { CUSTOMER_SOURCES } from "../../records/customer.ts";
import { REWARD_SOURCES } from "../../records/reward.ts";
import { allOf, type Preset, source } from "./preset.ts";

/** What we write ourselves; others may have words of their own. */
const FLAGS = { among: ["true", "false"] };

/**
 * The seven files of a bundle, ours and PartnerStack's. Sure: the headers are those that we write ourselves, after
 * PartnerStack's article on exports, whose own spellings are understood as well.
 *
 * `partner_id` is the partnership's key in the program that the bundle is of. Back in that program, it finds the partner.
 * In any other it may be whatever text: a partner who is made from partners.csv takes it as `partner_key`, by which the
 * other files find the partner. So partners.csv goes first, then customers, transactions, rewards, leads and deals.
 *
 * Back in their program, the files change nothing: rows are found by partner_id, customer_key, transaction_key,
 * reward_key and lead_email, and instants are the stored ones if they are so to the second. What they do not carry, a new
 * program lacks: last names, names of customers, own fields, the provider's keys, quantities and prices of subscriptions, the
 * currencies of rewards, leads and deals, names and notes of leads and deals, and to whom transactions belonged whose
 * customer has moved to another partner since, whose rewards fail as `foreign_target`. An export in the importer's own
 * headers carries all of it.
 */
export const partnerstack: readonly Preset[] = [
  {
    name: "a partners.csv of a PartnerStack bundle",
    type: "partners",
    signature: allOf("partner_id", "partner_firstname", "partner_email"),
    sources: [
      source("partner_firstname", "partner_first"),
      source("partner_email", "partner_email"),
      source("partner_id", "partner_id"),
      source("partner_group", "partner_group"),
      source("partner_program_join_date", "partner_joined_date"),
      source("partner_manager|parnter_manager", "partner_manager"),
      source("partner_tags", "partner_tags"),
      source("partner_group_join_date", "partner_group_joined_date"),
      source("archived_status", "partner_archived", FLAGS),
    ],
    lacks: ["partner_last"],
    note: "It has no last names: known partners keep theirs, new ones have none.",
  },
  {
    name: "a customers.csv of a PartnerStack bundle",
    type: "customers",
    signature: allOf("partner_id", "customer_key", "customer_email", "customer_creation_date"),
    sources: [
      source("customer_key", "customer_key"),
      source("customer_email", "email"),
      source("partner_id", "partnership_key"),
      source("customer_company", "company_name"),
      source("customer_creation_date", "created_at"),
      source("customer_creation_source", "customer_source", { among: CUSTOMER_SOURCES }),
    ],
  },
  {
    name: "a transactions.csv of a PartnerStack bundle",
    type: "transactions",
    signature: allOf("partner_id", "transaction_key", "transaction_amount"),
    sources: [
      source("transaction_key", "key"),
      source("customer_key", "customer_key"),
      source("transaction_amount", "amount_in_dollars"),
      source("transaction_currency", "currency"),
      source("transaction_create_date|transaction_created_date", "created_at"),
      source("transaction_product_key", "product_key"),
      source("transaction_approved", "approved", FLAGS),
      source("unapproved_reasons", "unapproved_reasons"),
      source("subscription_plan", "subscription_plan"),
    ],
  },
  {
    name: "a rewards.csv of a PartnerStack bundle",
    type: "rewards",
    signature: allOf("partner_id", "reward_key", "reward_amount", "reward_status"),
    sources: [
      source("reward_key", "key"),
      source("partner_id", "partnership_key"),
      source("reward_amount", "amount_in_dollars"),
      source("reward_description", "reward_description"),
      source("reward_created_date", "created_at"),
      source("reward_status", "status", { words: { scheduled: "hold" } }),
      source("reward_transaction_key", "target_type", { constant: "transaction" }),
      source("reward_transaction_key", "target_key"),
      source("reward_customer_key", "target_type", { constant: "customer" }),
      source("reward_customer_key", "target_key"),
      source("reward_source", "reward_source", { among: REWARD_SOURCES }),
      source("reward_release_date", "ready_at"),
    ],
    lacks: ["reward_description"],
    note: "It names no currencies: rewards that are here keep theirs, all others are taken for US dollars.",
  },
  {
    name: "a leads.csv of a PartnerStack bundle",
    type: "leads",
    signature: allOf("partner_id", "lead_email", "lead_status"),
    sources: [
      source("partner_id", "partnership_key"),
      source("lead_email", "email"),
      source("lead_status", "status"),
      source("lead_amount", "amount_in_dollars"),
      source("lead_created_date", "created_at"),
      source("lead_approved", "approved"),
      source("lead_decline_reason", "decline_reason"),
      source("customer_key", "customer_key"),
    ],
    lacks: ["first_name", "last_name", "company"],
  },
  {
    name: "a deals.csv of a PartnerStack bundle",
    type: "deals",
    signature: allOf("partner_id", "deal_stage", "deal_amount"),
    sources: [
      source("partner_id", "partnership_key"),
      source("deal_amount", "amount_in_dollars"),
      source("deal_stage", "stage"),
      source("deal_close_date", "close_date"),
      source("deal_account_name", "account_name"),
      source("deal_email", "email"),
      source("deal_contact_first_name", "contact_first_name"),
      source("deal_lost_reason", "lost_reason"),
      source("deal_created_date", "created_at"),
      source("customer_key", "customer_key"),
    ],
    note: "It has no keys: this very file counts once, a later export of the same deals makes them anew.",
  },
  {
    name: "an applications.csv of a PartnerStack bundle",
    type: undefined,
    signature: allOf("partner_id", "application_approved"),
    sources: [],
  },
];
