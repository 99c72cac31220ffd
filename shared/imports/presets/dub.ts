import { allOf, eitherAmount, fullName, type Preset, source, WHOLE_NUMBERS_ARE_CENTS } from "./preset.ts";

/**
 * Sure: the labels of the export columns in Dub's published source code. Which of them a file has, its owner chooses when
 * exporting. Amounts are written with their currency's sign; older exports had cents.
 */
export const dub: readonly Preset[] = [
  {
    name: "a Dub partners export",
    type: "partners",
    signature: allOf("ID", "Name", "Email", "Enrolled at"),
    sources: [
      ...fullName("Name"),
      source("Email", "partner_email"),
      source("ID", "partner_key"),
      source("Enrolled at", "partner_joined_date"),
    ],
    lacks: ["partner_last"],
    note: "Partners of every status are imported.",
  },
  {
    name: "a Dub customers export",
    type: "customers",
    signature: allOf("ID", "Email", "External ID", "Created at"),
    sources: [
      source("External ID", "customer_key"),
      source("ID", "customer_key"),
      source("Email", "email"),
      source("Name", "name"),
      source("Stripe customer ID", "provider_key"),
      source("Partner ID", "partner_key"),
      source("Created at", "created_at"),
    ],
  },
  {
    name: "a Dub commissions export",
    type: "transactions",
    signature: allOf("ID", "Type", "Amount", "Earnings"),
    sources: [
      source("ID", "key"),
      source("Customer external ID", "customer_key"),
      source("Customer ID", "customer_key"),
      ...eitherAmount("Amount"),
      source("Currency", "currency"),
      source("Created at", "created_at"),
    ],
    note: WHOLE_NUMBERS_ARE_CENTS,
  },
  {
    name: "a Dub commissions export",
    type: "rewards",
    signature: allOf("ID", "Type", "Amount", "Earnings"),
    sources: [
      source("Partner ID", "partner_key"),
      source("Partner email", "partner_email"),
      ...eitherAmount("Earnings"),
      source("Currency", "reward_currency"),
      source("Description", "reward_description"),
      source("ID", "reward_description", { constant: "Commission from Dub" }),
      source("Customer external ID", "target_type", { constant: "customer" }),
      source("Customer external ID", "target_key"),
      source("Customer ID", "target_type", { constant: "customer" }),
      source("Customer ID", "target_key"),
      source("Status", "status", {
        words: {
          processed: "approved",
          refunded: "declined",
          duplicate: "declined",
          fraud: "declined",
          canceled: "declined",
        },
      }),
      source("Created at", "created_at"),
    ],
    note: WHOLE_NUMBERS_ARE_CENTS,
  },
];
