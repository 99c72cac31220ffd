import * as z from "zod";
import {
  amountCell,
  type BundleRow,
  countCell,
  exactInstantCell,
  exportedAt,
  flagCell,
  instantCell,
  partnerColumns,
  partnerKeyCell,
  textCell,
} from "./bundle.ts";
import { choice, currency, email, flag, instant, majorAmount, minorAmount, text } from "./cell.ts";
import { exactlyOne, optional, required } from "./column.ts";
import type { Customer } from "./customer.ts";
import { day } from "./day.ts";
import { aField, fieldValues, type FormField } from "./form-field.ts";
import type { BuiltInFields } from "./form-layout.ts";
import { DEALS_PREFIX, dealSk, partnerPk } from "./place.ts";
import { base, defineRecord, nullable, testFlag } from "./record.ts";
import { type Stage, stagesOf } from "./stage.ts";
import { utcDay } from "./utc-day.ts";
import { wholeRecord, wholeRecordCell } from "./whole-record.ts";

/** Who may have brought a deal. */
export const DEAL_SOURCES = ["partner", "vendor"] as const;

/** Fields of every deal, which a group's deal form may ask for. */
export const DEAL_FIELDS = {
  amount: "number",
  close_date: "date",
  stage: "text",
  account_name: "text",
  email: "email",
  currency: "text",
  contact_first_name: "text",
  contact_last_name: "text",
  notes: "text",
} as const satisfies BuiltInFields;

/** What every deal form asks for: these may be relabelled and never removed. */
export const DEAL_FORM: readonly FormField[] = [
  aField("amount", DEAL_FIELDS.amount, "Amount", true),
  aField("close_date", DEAL_FIELDS.close_date, "Close date", true),
  aField("stage", DEAL_FIELDS.stage, "Stage", true),
];

export const DEAL_STAGES: readonly Stage[] = stagesOf("Closed won", "Working", "Negotiating");

const schema = z.object({
  ...base,
  ...testFlag,
  external_key: nullable.text().meta({ description: "Your own key of the deal" }),
  partnership_key: nullable
    .text()
    .meta({ description: "Null for a vendor's deal that no partner has been assigned to" }),
  group_key: z.string().meta({ description: "The group whose form the deal was made with" }),
  account_name: nullable.text(),
  email: nullable.text(),
  amount: z.int().meta({ description: "Minor units of the currency" }),
  currency: z.string().length(3),
  close_date: z.string().meta({ description: "YYYY-MM-DD" }),
  stage: z.string().meta({ description: "One of the group's deal stages" }),
  contact_first_name: nullable.text(),
  contact_last_name: nullable.text(),
  lost_reason: nullable.text(500),
  source: z.enum(DEAL_SOURCES),
  customer_key: nullable.text().meta({ description: "Key of the customer it became (cus_...), if any" }),
  notes: nullable.text(5000),
  fields: fieldValues.meta({ description: "The form's own fields by api_name" }),
  archived: z.boolean(),
});

export type Deal = z.output<typeof schema>;

/** A deal beside the customer it became. */
export interface DealRow {
  readonly deal: Deal;
  readonly customer: Pick<Customer, "key" | "customer_key" | "name"> | undefined;
  /** Slug of the group whose form it was made with. */
  readonly formGroup: string;
}

type Row = BundleRow<DealRow>;
const of =
  <T>(pick: (deal: Deal) => T, cell: (value: T) => string) =>
  ({ subject }: Row) =>
    cell(pick(subject.deal));

/** A sale that a partner works on. */
export const deal = defineRecord({
  kind: "deal",
  collection: "deals",
  schema,
  place: ({ program, key, partnership_key, created_at }) => ({
    pk: partnerPk(program, partnership_key, key),
    sk: dealSk(created_at, key),
  }),
  unique: ({ key, external_key }) => [
    { field: "key", value: key },
    ...(external_key === null ? [] : [{ field: "external_key", value: external_key }]),
  ],
  listed: true,
  listedByUpdate: true,
  owned: { prefix: DEALS_PREFIX },
  tally: ({ partnership_key, created_at, stage, amount, currency: code }) =>
    partnership_key === null
      ? undefined
      : {
          partnership: partnership_key,
          day: utcDay(created_at),
          counts: { [`deals/${stage}`]: 1, [`deal_amount/${code}`]: amount },
        },
  layout: {
    columns: {
      external_key: optional(text(255, "crm_deal_7"), "Your own key, or ours; finds the deal again", [
        "key",
        "deal_key",
      ]),
      partner_key: exactlyOne("partner")(text(255, "ada"), "partner_key of the partner whose deal it is"),
      partner_email: exactlyOne("partner")(email, "E-mail address of that partner"),
      partnership_key: exactlyOne("partner")(text(255, "part_..."), "Key of that partnership"),
      no_partner: exactlyOne("partner")(flag, "Whether it is the vendor's own deal, which nobody has been assigned to"),
      amount: exactlyOne("amount")(minorAmount, "Amount in minor units", ["amount_in_cents"]),
      amount_in_dollars: exactlyOne("amount")(majorAmount, "Amount in major units"),
      close_date: required(day, "When the deal was closed, or is to be"),
      stage: required(text(50, "Working"), "One of the deal stages of the partner's group", ["status"]),
      account_name: optional(text(255, "Cobol, Inc."), "The account that buys", ["name"]),
      email: optional(email, "E-mail address of the contact"),
      currency: optional(currency, "USD when absent"),
      contact_first_name: optional(text(100, "Grace"), "First name of the contact"),
      contact_last_name: optional(text(100, "Hopper"), "Last name of the contact"),
      lost_reason: optional(text(500, "Too dear"), "Why the deal was lost"),
      source: optional(choice(DEAL_SOURCES, "bad_source"), "Who brought the deal; partner when absent"),
      notes: optional(text(5000, "Renewal"), "What the partner reads about the deal"),
      created_at: optional(instant, "When the deal was submitted; the moment of import when absent"),
      customer_key: optional(text(255, "acct_1042"), "Key of the customer that it became, yours or ours"),
      deal_group: optional(
        text(100, "Affiliates"),
        "Name, slug or key of the group whose form it was made with; the partner's when absent",
      ),
      deal_archived: optional(flag, "Whether the deal is archived; false when absent"),
      ...wholeRecord,
    },
    // A deal may be named by your key in one row and by ours in the next.
    inOrder: "every row",
  },
  bundle: {
    file: "deals.csv",
    columns: {
      partner_id: partnerColumns.partner_id,
      deal_account_name: of((d) => d.account_name, textCell),
      deal_email: of((d) => d.email, textCell),
      deal_stage: of((d) => d.stage, textCell),
      deal_amount: ({ subject: { deal: d } }: Row) => amountCell(d.amount, d.currency),
      deal_last_updated: of((d) => d.updated_at, instantCell),
      deal_close_date: of((d) => d.close_date, textCell),
      deal_created_date: of((d) => d.created_at, instantCell),
      deal_lost_reason: of((d) => d.lost_reason, textCell),
      deal_contact_first_name: of((d) => d.contact_first_name, textCell),
      customer_key: ({ subject }: Row) => textCell(subject.customer?.customer_key ?? null),
      customer_ps_key: of((d) => d.customer_key, textCell),
      customer_name: ({ subject }: Row) => textCell(subject.customer?.name ?? null),
      ...exportedAt,
    },
  },
  reimport: {
    file: "deals.csv",
    columns: {
      external_key: of((d) => d.external_key ?? d.key, textCell),
      partner_key: partnerKeyCell,
      no_partner: ({ partner }: Row) => flagCell(partner === undefined ? true : null),
      deal_group: ({ subject }: Row) => textCell(subject.formGroup),
      amount: of((d) => d.amount, countCell),
      currency: of((d) => d.currency, textCell),
      close_date: of((d) => d.close_date, textCell),
      stage: of((d) => d.stage, textCell),
      account_name: of((d) => d.account_name, textCell),
      email: of((d) => d.email, textCell),
      contact_first_name: of((d) => d.contact_first_name, textCell),
      contact_last_name: of((d) => d.contact_last_name, textCell),
      lost_reason: of((d) => d.lost_reason, textCell),
      source: of((d) => d.source, textCell),
      notes: of((d) => d.notes, textCell),
      customer_key: ({ subject }: Row) => textCell(subject.customer?.customer_key ?? null),
      deal_archived: of((d) => d.archived, flagCell),
      created_at: of((d) => d.created_at, exactInstantCell),
      ...wholeRecordCell,
    },
  },
});
