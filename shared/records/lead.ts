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
import { currency, email, flag, instant, majorAmount, minorAmount, text } from "./cell.ts";
import { atMostOne, exactlyOne, optional, required } from "./column.ts";
import type { Customer } from "./customer.ts";
import { aField, fieldValues, type FormField } from "./form-field.ts";
import type { BuiltInFields } from "./form-layout.ts";
import { LEADS_PREFIX, leadSk, partnerPk } from "./place.ts";
import { base, defineRecord, nullable, testFlag } from "./record.ts";
import { type Stage, stagesOf } from "./stage.ts";
import { utcDay } from "./utc-day.ts";
import { wholeRecord, wholeRecordCell } from "./whole-record.ts";

/** Fields of every lead, which a group's lead form may ask for. */
export const LEAD_FIELDS = {
  first_name: "text",
  last_name: "text",
  email: "email",
  company: "text",
  amount: "number",
  currency: "text",
  notes: "text",
} as const satisfies BuiltInFields;

/** What a group's lead form asks for unless it has one of its own. */
export const LEAD_FORM: readonly FormField[] = [
  aField("first_name", LEAD_FIELDS.first_name, "First name", true),
  aField("last_name", LEAD_FIELDS.last_name, "Last name", true),
  aField("email", LEAD_FIELDS.email, "Email", true),
  aField("company", LEAD_FIELDS.company, "Company", true),
  aField("notes", LEAD_FIELDS.notes, "Notes", false),
];

export const LEAD_STATUSES: readonly Stage[] = stagesOf("open", "closed", "dead", "closed won", "closed lost");

const schema = z.object({
  ...base,
  ...testFlag,
  external_key: nullable.text().meta({ description: "Your own key of the lead" }),
  partnership_key: z.string(),
  group_key: z.string().meta({ description: "The group whose form the lead was made with" }),
  first_name: nullable.text(),
  last_name: nullable.text(),
  email: nullable.text(),
  company: nullable.text(),
  status: z.string().meta({ description: "One of the group's lead statuses" }),
  amount: z.int().nullable().meta({ description: "Minor units of the currency" }),
  currency: z.string().length(3),
  notes: nullable.text(5000),
  approved: z.boolean(),
  decline_reason: nullable.text(500),
  customer_key: nullable.text().meta({ description: "Key of the customer it became (cus_...), if any" }),
  fields: fieldValues.meta({ description: "The form's own fields by api_name" }),
  archived: z.boolean(),
});

export type Lead = z.output<typeof schema>;

/** A lead beside the customer it became. */
export interface LeadRow {
  readonly lead: Lead;
  readonly customer: Pick<Customer, "key" | "customer_key" | "name"> | undefined;
  /** Slug of the group whose form it was made with. */
  readonly formGroup: string;
}

type Row = BundleRow<LeadRow>;
const of =
  <T>(pick: (lead: Lead) => T, cell: (value: T) => string) =>
  ({ subject }: Row) =>
    cell(pick(subject.lead));

/** A lead's e-mail address is unique among those of its partner. */
export const leadEmail = (partnership: string, address: string): string => `${partnership}/${address.toLowerCase()}`;

/** Somebody a partner thinks may buy. */
export const lead = defineRecord({
  kind: "lead",
  collection: "leads",
  schema,
  place: ({ program, key, partnership_key, created_at }) => ({
    pk: partnerPk(program, partnership_key, null),
    sk: leadSk(created_at, key),
  }),
  unique: ({ key, external_key, partnership_key, email: address }) => [
    { field: "key", value: key },
    ...(external_key === null ? [] : [{ field: "external_key", value: external_key }]),
    ...(address === null ? [] : [{ field: "email", value: leadEmail(partnership_key, address) }]),
  ],
  listed: true,
  listedByUpdate: true,
  owned: { prefix: LEADS_PREFIX },
  tally: ({ partnership_key, created_at, status }) => ({
    partnership: partnership_key,
    day: utcDay(created_at),
    counts: { [`leads/${status}`]: 1 },
  }),
  layout: {
    columns: {
      external_key: optional(text(255, "crm_lead_7"), "Your own key, or ours; finds the lead again", [
        "key",
        "lead_key",
      ]),
      partner_key: exactlyOne("partner")(text(255, "ada"), "partner_key of the partner whose lead it is"),
      partner_email: exactlyOne("partner")(email, "E-mail address of that partner"),
      partnership_key: exactlyOne("partner")(text(255, "part_..."), "Key of that partnership"),
      first_name: required(text(100, "Grace"), "The lead's first name"),
      last_name: required(text(100, "Hopper"), "The lead's last name"),
      email: required(email, "The lead's e-mail address, unique among the partner's leads; finds a lead without a key"),
      company: required(text(255, "Cobol, Inc."), "The lead's company"),
      status: required(text(50, "open"), "One of the statuses of the partner's group", ["stage"]),
      amount: atMostOne("amount")(minorAmount, "What it may be worth, in minor units", ["amount_in_cents"]),
      amount_in_dollars: atMostOne("amount")(majorAmount, "What it may be worth, in major units"),
      currency: optional(currency, "USD when absent"),
      notes: optional(text(5000, "Met at the fair"), "What the partner reads about the lead"),
      approved: optional(flag, "Whether the lead is accepted; true when absent"),
      decline_reason: optional(text(500, "A customer already"), "Why it is not accepted"),
      created_at: optional(instant, "When the lead was submitted; the moment of import when absent"),
      customer_key: optional(text(255, "acct_1042"), "Key of the customer that it became, yours or ours"),
      lead_group: optional(
        text(100, "Affiliates"),
        "Name, slug or key of the group whose form it was made with; the partner's when absent",
      ),
      lead_archived: optional(flag, "Whether the lead is archived; false when absent"),
      ...wholeRecord,
    },
    inOrder: "every row",
  },
  bundle: {
    file: "leads.csv",
    columns: {
      partner_id: partnerColumns.partner_id,
      partner_name: partnerColumns.partner_name,
      partner_program_join_date: partnerColumns.partner_program_join_date,
      partner_group_join_date: partnerColumns.partner_group_join_date,
      partner_manager: partnerColumns.partner_manager,
      partner_tags: partnerColumns.partner_tags,
      lead_email: of((l) => l.email, textCell),
      lead_status: of((l) => l.status, textCell),
      lead_amount: ({ subject: { lead: l } }: Row) => amountCell(l.amount, l.currency),
      lead_last_updated: of((l) => l.updated_at, instantCell),
      lead_created_date: of((l) => l.created_at, instantCell),
      lead_approved: of((l) => l.approved, flagCell),
      lead_decline_reason: of((l) => l.decline_reason, textCell),
      customer_key: ({ subject }: Row) => textCell(subject.customer?.customer_key ?? null),
      customer_ps_key: of((l) => l.customer_key, textCell),
      customer_name: ({ subject }: Row) => textCell(subject.customer?.name ?? null),
      ...exportedAt,
    },
  },
  reimport: {
    file: "leads.csv",
    columns: {
      external_key: of((l) => l.external_key ?? l.key, textCell),
      partner_key: partnerKeyCell,
      lead_group: ({ subject }: Row) => textCell(subject.formGroup),
      first_name: of((l) => l.first_name, textCell),
      last_name: of((l) => l.last_name, textCell),
      email: of((l) => l.email, textCell),
      company: of((l) => l.company, textCell),
      status: of((l) => l.status, textCell),
      amount: of((l) => l.amount, countCell),
      currency: of((l) => l.currency, textCell),
      notes: of((l) => l.notes, textCell),
      approved: of((l) => l.approved, flagCell),
      decline_reason: of((l) => l.decline_reason, textCell),
      customer_key: ({ subject }: Row) => textCell(subject.customer?.customer_key ?? null),
      lead_archived: of((l) => l.archived, flagCell),
      created_at: of((l) => l.created_at, exactInstantCell),
      ...wholeRecordCell,
    },
  },
});
