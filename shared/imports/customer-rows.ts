import { isAnonymized } from "../records/anonymous-email.ts";
import type { RowOf } from "../records/column.ts";
import { type Customer, customer } from "../records/customer.ts";
import { type Partnership, partnership } from "../records/partnership.ts";
import type { Stored } from "../ledger/stored.ts";
import { RowProblem, type RowValues } from "./read-row.ts";
import { partnersByPartnershipKey } from "./row-partner.ts";
import { ownValues } from "./row-form.ts";
import {
  claimFinder,
  createdEarlier,
  decideRecord,
  finder,
  identity,
  instantOr,
  keyOfNew,
  lookUp,
  type Row,
  type RowRule,
  type RuleContext,
  shown,
  upToDependent,
} from "./row-rule.ts";

type Values = RowOf<typeof customer.layout.columns>;

/** Customers are found by your key or ours; an e-mail address belongs to one customer only. */
export const customerRows: RowRule = {
  identities: ({ customer_key, ps_customer_key, email, provider_key }: Values) => [
    ...identity("key", customer_key),
    ...identity("ps", ps_customer_key),
    ...identity("email", email?.toLowerCase()),
    ...identity("provider", provider_key),
  ],

  async decide(rows, context) {
    const of = <Name extends keyof Values>(name: Name) => rows.map(({ values }) => (values as Values)[name]);
    const emails = of("email").map((address) => address?.toLowerCase());
    const [byKey, byPsKey, byEmail, byProviderKey, byPartnerKey, byPartnership, claims] = await Promise.all([
      lookUp(of("customer_key"), finder(context, customer, "customer_key")),
      lookUp(of("ps_customer_key"), finder(context, customer, "key")),
      lookUp(emails, finder(context, customer, "email")),
      lookUp(of("provider_key"), finder(context, customer, "provider_key")),
      lookUp(of("partner_key"), finder(context, partnership, "partner_key")),
      partnersByPartnershipKey(of("partnership_key"), context),
      lookUp(
        rows.map((row) => newKey(row, context)),
        claimFinder(context, customer, "key"),
      ),
    ]);
    const known = (values: Values) => byKey(values.customer_key) ?? byPsKey(values.ps_customer_key);
    const decisions = await Promise.all(
      rows.map(async (row) => {
        const values: Values = row.values;
        const earlier = createdEarlier(claims(newKey(row, context)), row);
        if (earlier) return earlier;
        const before = known(values);
        if (before === undefined && values.ps_customer_key !== undefined) {
          return new RowProblem(
            "unknown_customer",
            "ps_customer_key",
            `there is no customer ${shown(values.ps_customer_key)}`,
            "Use customer_key to create a customer.",
          );
        }
        const problem =
          heldByAnother(before, byEmail(values.email?.toLowerCase()), "email", values.email) ??
          heldByAnother(before, byProviderKey(values.provider_key), "provider_key", values.provider_key);
        if (problem) return problem;
        const partner = byPartnerKey(values.partner_key) ?? byPartnership(values.partnership_key);
        const named = values.partner_key ?? values.partnership_key;
        if (named !== undefined && partner === undefined) {
          const column = values.partner_key === undefined ? "partnership_key" : "partner_key";
          return new RowProblem(
            "unknown_partner",
            column,
            `there is no partner ${shown(named)}`,
            "Import the partner first, or correct the key.",
          );
        }
        const after =
          before === undefined
            ? created(row, partner?.record, context)
            : updated(before.record, row.values, partner?.record, context);
        return decideRecord(customer, { row, context, before, after });
      }),
    );
    const found = ({ values }: { values: Values }) => [
      known(values),
      byEmail(values.email?.toLowerCase()),
      byProviderKey(values.provider_key),
    ];
    return upToDependent(decisions, rows.map(found));
  },
};

const newKey = (row: Row, context: RuleContext): string => keyOfNew("cus_", row, context);

function heldByAnother(
  before: Stored<Customer> | undefined,
  holder: Stored<Customer> | undefined,
  column: "email" | "provider_key",
  value: string | undefined,
) {
  if (holder === undefined || holder.record.key === before?.record.key) return undefined;
  return new RowProblem(
    `${column}_taken`,
    column,
    `${shown(value)} belongs to the customer ${shown(holder.record.customer_key)}`,
    "Correct it, or update that customer by its own key.",
  );
}

function created(row: Row, partner: Partnership | undefined, context: RuleContext): Customer {
  const { program, job } = context;
  const values: Values = row.values;
  return {
    program: program.key,
    key: newKey(row, context),
    customer_key: values.customer_key ?? "",
    email: values.email ?? "",
    anonymized: isAnonymized(values.email ?? ""),
    name: values.name ?? null,
    company_name: values.company_name ?? null,
    partnership_key: partner?.key ?? null,
    provider_key: values.provider_key ?? null,
    source_type: "import",
    archived: false,
    fields: ownValues(program.customer_fields, row.values),
    subscriptions: [],
    former_partnership_keys: [],
    created_at: values.created_at ?? job.created_at,
    updated_at: job.created_at,
  };
}

function updated(
  before: Customer,
  cells: RowValues,
  partner: Partnership | undefined,
  { program, job }: RuleContext,
): Customer {
  const values: Values = cells;
  const email =
    values.email?.toLowerCase() === before.email.toLowerCase() ? before.email : (values.email ?? before.email);
  const moves = partner !== undefined && partner.key !== before.partnership_key;
  return {
    ...before,
    former_partnership_keys: moves
      ? [...new Set([...before.former_partnership_keys, before.partnership_key ?? ""])]
      : before.former_partnership_keys,
    email,
    anonymized: isAnonymized(email),
    name: values.name ?? before.name,
    company_name: values.company_name ?? before.company_name,
    partnership_key: partner?.key ?? before.partnership_key,
    provider_key: values.provider_key ?? before.provider_key,
    fields: { ...before.fields, ...ownValues(program.customer_fields, cells) },
    created_at: instantOr(values.created_at, before.created_at),
    updated_at: job.created_at,
  };
}
