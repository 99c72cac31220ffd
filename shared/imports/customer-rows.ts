import { isAnonymized } from "../records/anonymous-email.ts";
import type { RowOf } from "../records/column.ts";
import { type Customer, customer } from "../records/customer.ts";
import { type Partnership, partnership } from "../records/partnership.ts";
import { testOf } from "../records/record.ts";
import { hidesEmail, placeholderEmail } from "../records/shown-email.ts";
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
      lookUp([...of("partner_key"), ...of("former_partner_keys").flat()], finder(context, partnership, "partner_key")),
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
          heldByAnother(context, before, byEmail(values.email?.toLowerCase()), "email", values.email) ??
          heldByAnother(context, before, byProviderKey(values.provider_key), "provider_key", values.provider_key);
        if (problem) return problem;
        const partner = byPartnerKey(values.partner_key) ?? byPartnership(values.partnership_key);
        const named = values.partner_key ?? values.partnership_key;
        if (named !== undefined && partner === undefined) {
          return unknownPartner(values.partner_key === undefined ? "partnership_key" : "partner_key", named);
        }
        const former = formerOf(values, (key) => byPartnerKey(key)?.record);
        if (former instanceof RowProblem) return former;
        const homes = { partner: partner?.record, former };
        const after =
          before === undefined ? created(row, homes, context) : updated(before.record, row.values, homes, context);
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
  { program }: RuleContext,
  before: Stored<Customer> | undefined,
  holder: Stored<Customer> | undefined,
  column: "email" | "provider_key",
  value: string | undefined,
) {
  if (holder === undefined || holder.record.key === before?.record.key) return undefined;
  return new RowProblem(
    `${column}_taken`,
    column,
    `${column === "email" && hidesEmail(program, holder.record) ? "the address" : shown(value)} belongs to the customer ${shown(holder.record.customer_key)}`,
    "Correct it, or update that customer by its own key.",
  );
}

const unknownPartner = (column: string, key: string): RowProblem =>
  new RowProblem(
    "unknown_partner",
    column,
    `there is no partner ${shown(key)}`,
    "Import the partner first, or correct the key.",
  );

/** To whom a row says that its customer belongs, and belonged before. */
interface Homes {
  readonly partner: Partnership | undefined;
  /** Partnerships, and empty text for none. */
  readonly former: readonly string[];
}

function formerOf(
  { former_partner_keys: keys = [], had_no_partner }: Values,
  partnerOf: (key: string) => Partnership | undefined,
): string[] | RowProblem {
  const unknown = keys.find((key) => partnerOf(key) === undefined);
  if (unknown !== undefined) return unknownPartner("former_partner_keys", unknown);
  return [...keys.flatMap((key) => partnerOf(key)?.key ?? []), ...(had_no_partner === true ? [""] : [])];
}

function created(row: Row, { partner, former }: Homes, context: RuleContext): Customer {
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
    source_type: values.customer_source ?? "import",
    archived: values.customer_archived ?? false,
    fields: ownValues(program.customer_fields, row.values),
    subscriptions: [],
    ...testOf(partner),
    former_partnership_keys: [...new Set(former)],
    created_at: values.created_at ?? job.created_at,
    updated_at: job.created_at,
  };
}

function updated(
  before: Customer,
  cells: RowValues,
  { partner, former }: Homes,
  { program, job }: RuleContext,
): Customer {
  const values: Values = cells;
  // A file that we have written ourselves may tell the placeholder, which is no news.
  const known = [before.email.toLowerCase(), placeholderEmail(program.key, before.key)];
  const email = values.email === undefined || known.includes(values.email.toLowerCase()) ? before.email : values.email;
  const moves = partner !== undefined && partner.key !== before.partnership_key;
  return {
    ...before,
    // What somebody left behind with a former partner stays there, whether or not a row tells of it.
    former_partnership_keys: [
      ...new Set([...before.former_partnership_keys, ...(moves ? [before.partnership_key ?? ""] : []), ...former]),
    ],
    email,
    anonymized: isAnonymized(email),
    name: values.name ?? before.name,
    company_name: values.company_name ?? before.company_name,
    partnership_key: partner?.key ?? before.partnership_key,
    provider_key: values.provider_key ?? before.provider_key,
    source_type: values.customer_source ?? before.source_type,
    archived: values.customer_archived ?? before.archived,
    fields: { ...before.fields, ...ownValues(program.customer_fields, cells) },
    created_at: instantOr(values.created_at, before.created_at),
    updated_at: job.created_at,
  };
}
