import type { Lead } from "../records/lead.ts";
import { withoutPlaceholder } from "../records/shown-email.ts";
import { said, type Sayable } from "./said.ts";

const BLANK = {
  external_key: null,
  first_name: null,
  last_name: null,
  email: null,
  company: null,
  amount: null,
  notes: null,
  approved: true,
  decline_reason: null,
  customer_key: null,
  fields: {},
  archived: false,
} satisfies Partial<Lead>;

/** What somebody says of a lead, in a row or a request; null takes a value back. */
export type SaidLead = Sayable<Lead, keyof typeof BLANK | "currency">;

/** Whose a lead is and where it stands, as it was found out. */
type Standing = Pick<Lead, "partnership_key" | "group_key" | "status" | "updated_at">;

export const newLead = (
  told: SaidLead,
  made: Standing & Pick<Lead, "program" | "key" | "currency" | "created_at" | "test">,
): Lead => ({ ...BLANK, ...said(told), ...made });

export const changedLead = (before: Lead, told: SaidLead, standing: Standing): Lead => ({
  ...before,
  ...withoutPlaceholder(before, said(told)),
  ...standing,
});
