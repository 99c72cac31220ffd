import type { Deal } from "../records/deal.ts";
import { withoutPlaceholder } from "../records/shown-email.ts";
import { said, type Sayable } from "./said.ts";

const BLANK = {
  external_key: null,
  account_name: null,
  email: null,
  amount: 0,
  close_date: "",
  contact_first_name: null,
  contact_last_name: null,
  lost_reason: null,
  source: "partner",
  customer_key: null,
  notes: null,
  fields: {},
  archived: false,
} as const satisfies Partial<Deal>;

/** What somebody says of a deal, in a row or a request; null takes a value back. */
export type SaidDeal = Sayable<Deal, keyof typeof BLANK | "currency">;

/** Whose a deal is and where it stands, as it was found out. */
type Standing = Pick<Deal, "partnership_key" | "group_key" | "stage" | "updated_at">;

export const newDeal = (
  told: SaidDeal,
  made: Standing & Pick<Deal, "program" | "key" | "currency" | "created_at" | "test">,
): Deal => ({ ...BLANK, ...said(told), ...made });

export const changedDeal = (before: Deal, told: SaidDeal, standing: Standing): Deal => ({
  ...before,
  ...withoutPlaceholder(before, said(told)),
  ...standing,
});
