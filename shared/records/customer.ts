import * as z from "zod";
import { emailOrToken } from "./anonymous-email.ts";
import {
  amountCell,
  type BundleRow,
  countCell,
  exactInstantCell,
  exportedAt,
  flagCell,
  instantCell,
  keysCell,
  partnerColumns,
  partnerKeyCell,
  textCell,
} from "./bundle.ts";
import { choice, flag, instant, keys, text } from "./cell.ts";
import { atMostOne, exactlyOne, optional, required } from "./column.ts";
import { fieldValues } from "./form-field.ts";
import { customerSk, partnerPk } from "./place.ts";
import { base, defineRecord, nullable, since, testFlag } from "./record.ts";
import { subscription } from "./subscription.ts";
import { utcDay } from "./utc-day.ts";
import { wholeRecord, wholeRecordCell } from "./whole-record.ts";

/** How a customer may have come. */
export const CUSTOMER_SOURCES = ["import", "api", "link", "lead", "deal"] as const;

const schema = z.object({
  ...base,
  ...testFlag,
  customer_key: z.string().min(1).max(255).meta({ description: "Your own key of the customer" }),
  email: z.string().max(254),
  anonymized: since(false, z.boolean()).meta({
    description: "Whether the e-mail address stands for one that is not told",
  }),
  hides_email: z.literal(true).nullish().meta({ internal: true, description: "Whether a placeholder is told instead" }),
  name: nullable.text(),
  company_name: nullable.text(),
  partnership_key: nullable.text(),
  provider_key: nullable.text().meta({ description: "The payment provider's key of the customer" }),
  source_type: z.enum(CUSTOMER_SOURCES),
  archived: z.boolean(),
  fields: since({}, fieldValues).meta({ description: "The program's own fields of customers by api_name" }),
  subscriptions: since([], z.array(subscription)).meta({ description: "By the instant of their first transaction" }),
  former_partnership_keys: z.array(z.string()).meta({
    internal: true,
    description:
      "Partnerships it belonged to before, whose collections hold its earlier transactions; empty text for none",
  }),
});

export type Customer = z.output<typeof schema>;

/** A customer with what its transactions tell of it. */
export interface CustomerRow {
  readonly customer: Customer;
  readonly transactions: number;
  /** partner_keys of the partnerships that it belonged to before; nobody is not among them. */
  readonly formerPartnerKeys: readonly string[];
}

type Row = BundleRow<CustomerRow>;
const of =
  <T>(pick: (customer: Customer) => T, cell: (value: T) => string) =>
  ({ subject }: Row) =>
    cell(pick(subject.customer));

/** Somebody who signed up, credited to a partner or to none. */
export const customer = defineRecord({
  kind: "customer",
  collection: "customers",
  schema,
  place: ({ program, key, partnership_key }) => ({ pk: partnerPk(program, partnership_key, key), sk: customerSk(key) }),
  unique: ({ key, customer_key, email: address, provider_key }) => [
    { field: "key", value: key },
    { field: "customer_key", value: customer_key },
    { field: "email", value: address.toLowerCase() },
    ...(provider_key === null ? [] : [{ field: "provider_key", value: provider_key }]),
  ],
  listed: true,
  listedByUpdate: true,
  owned: { partnership: ({ partnership_key }) => partnership_key },
  tally: ({ partnership_key, created_at, former_partnership_keys }) =>
    partnership_key === null
      ? undefined
      : {
          partnership: partnership_key,
          day: utcDay(created_at),
          counts: { customers: 1 },
          // Where else its transactions may lie.
          trace: former_partnership_keys.join("|"),
        },
  layout: {
    columns: {
      customer_key: exactlyOne("customer")(text(255, "acct_1042"), "Your own key of the customer"),
      ps_customer_key: exactlyOne("customer")(
        text(255, "cus_..."),
        "Key of an existing customer here; the row updates it",
      ),
      email: required(emailOrToken, "The customer's e-mail address, unique in the program; may be anonymized"),
      partner_key: atMostOne("partner")(text(255, "ada"), "partner_key of the referring partner"),
      partnership_key: atMostOne("partner")(text(255, "part_..."), "Key of the referring partnership"),
      name: optional(text(255, "Grace Hopper"), "The customer's name"),
      company_name: optional(text(255, "Cobol, Inc."), "The customer's company", ["company"]),
      created_at: optional(instant, "When the customer signed up; the moment of import when absent"),
      provider_key: optional(text(255, "cus_stripe_77"), "The payment provider's key, for recurring subscriptions"),
      customer_source: optional(choice(CUSTOMER_SOURCES, "bad_source"), "How the customer came; import when absent"),
      customer_archived: optional(flag, "Whether the customer is archived; false when absent"),
      former_partner_keys: optional(
        keys,
        "partner_keys of partners that the customer belonged to before, and who may have kept transactions of it",
      ),
      had_no_partner: optional(flag, "Whether it was nobody's before it came to its partner; false when absent"),
      ...wholeRecord,
    },
    inOrder: "every row",
  },
  bundle: {
    file: "customers.csv",
    columns: {
      ...partnerColumns,
      customer_creation_date: of((c) => c.created_at, instantCell),
      customer_key: of((c) => c.customer_key, textCell),
      customer_ps_key: of((c) => c.key, textCell),
      customer_creation_source: of((c) => c.source_type, textCell),
      customer_email: of((c) => c.email, textCell),
      customer_has_paid: ({ subject }: Row) => flagCell(subject.transactions > 0),
      customer_company: of((c) => c.company_name, textCell),
      number_of_transactions_for_customer: ({ subject }: Row) => countCell(subject.transactions),
      // Of each subscription one name and one value, in the order they are kept: a sum could mix currencies.
      subscription_plan_name: of((c) => c.subscriptions.map((one) => one.plan_name ?? "").join("|"), textCell),
      subscription_plan_value: of(
        (c) => c.subscriptions,
        (all) => all.map((s) => amountCell(s.amount, s.currency)).join("|"),
      ),
      subscription_count: of((c) => c.subscriptions.length, countCell),
      ...exportedAt,
    },
  },
  reimport: {
    file: "customers.csv",
    columns: {
      customer_key: of((c) => c.customer_key, textCell),
      email: of((c) => c.email, textCell),
      partner_key: partnerKeyCell,
      name: of((c) => c.name, textCell),
      company_name: of((c) => c.company_name, textCell),
      provider_key: of((c) => c.provider_key, textCell),
      customer_source: of((c) => c.source_type, textCell),
      customer_archived: of((c) => c.archived, flagCell),
      former_partner_keys: ({ subject }: Row) => keysCell(subject.formerPartnerKeys),
      had_no_partner: of((c) => c.former_partnership_keys.includes(""), flagCell),
      created_at: of((c) => c.created_at, exactInstantCell),
      ...wholeRecordCell,
    },
  },
});
