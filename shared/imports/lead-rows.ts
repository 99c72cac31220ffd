import type { RowOf } from "../records/column.ts";
import { derivedKey } from "../records/derived-key.ts";
import type { FieldValues } from "../records/form-field.ts";
import type { Group } from "../records/group.ts";
import type { Customer } from "../records/customer.ts";
import { type Lead, lead, leadEmail } from "../records/lead.ts";
import type { Partnership } from "../records/partnership.ts";
import { changedLead, newLead, type SaidLead } from "../pipeline/said-lead.ts";
import { testOf } from "../records/record.ts";
import type { Stored } from "../ledger/stored.ts";
import { RowProblem } from "./read-row.ts";
import { DEFAULT_CURRENCY, rowMinor } from "./row-amount.ts";
import { customersOf } from "./row-customer.ts";
import { formValues, groupOfRow, missingField, notEnabled, stageOfRow, warnOfOthers } from "./row-form.ts";
import { partnersOf } from "./row-partner.ts";
import {
  claimFinder,
  createdEarlier,
  type Decision,
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

type Values = RowOf<typeof lead.layout.columns>;

/** What a row says of its lead, once the group's form has been asked. */
interface Told {
  readonly partner: Partnership;
  readonly group: Group;
  readonly status: string;
  readonly amount: number | null;
  readonly fields: FieldValues;
  /** Whom it became, where the row tells. */
  readonly customer: Customer | undefined;
}

const COLUMNS = lead.layout.columns;

/**
 * Leads are found by their key, or by e-mail address among their partner's leads. A lead with neither is known by the
 * file's content and the row, so that a file counts once.
 */
export const leadRows: RowRule = {
  identities: ({ external_key, email }: Values) => [
    ...identity("key", external_key),
    ...identity("email", email?.toLowerCase()),
  ],

  async decide(rows, context) {
    const partnerOf = await partnersOf(rows, context);
    const keys = rows.map(({ values }) => (values as Values).external_key);
    const [byExternalKey, byOwnKey, claims] = await Promise.all([
      lookUp(keys, finder(context, lead, "external_key")),
      lookUp(keys, finder(context, lead, "key")),
      lookUp(
        rows.map((row) => newKey(row, context)),
        claimFinder(context, lead, "key"),
      ),
    ]);
    const customerOf = await customersOf(
      rows.map(({ values }) => (values as Values).customer_key),
      "customer_key",
      context,
    );
    const named = ({ external_key }: Values) => byExternalKey(external_key) ?? byOwnKey(external_key);
    // A lead that goes to another partner brings its address along.
    const address = (row: Row): string | undefined => {
      const values: Values = row.values;
      const partner = partnerOf(values);
      const email = values.email ?? named(values)?.record.email ?? undefined;
      return email === undefined || partner instanceof RowProblem ? undefined : leadEmail(partner.key, email);
    };
    const addresses = rows.map(address);
    const byEmail = await lookUp(addresses, finder(context, lead, "email"));

    const decideRow = async (row: Row): Promise<Decision> => {
      const values: Values = row.values;
      const partner = partnerOf(values);
      const found = leadOf(values, named(values), byEmail(address(row)));
      const before = found instanceof RowProblem ? undefined : found;
      const claim = claims(newKey(row, context));
      const earlier = createdEarlier(claim, row);
      if (partner instanceof RowProblem) return earlier ?? notEnabled("leads", context) ?? partner;
      const group = groupOfRow(context, partner, before?.record, {
        wanted: values.lead_group,
        column: "lead_group",
      });
      if (group instanceof RowProblem) return earlier ?? group;
      warnOfOthers(group.lead_form, row.values, { columns: COLUMNS, group, context });
      if (earlier) return earlier;
      if (found instanceof RowProblem) return found;
      // The same row of the same file dropped before: whatever became of the lead since stays.
      if (claim && isNameless(values)) return { outcome: "unchanged", key: claim.key };
      const told = tell(row, { partner, group, customer: customerOf(values.customer_key) }, before?.record, context);
      if (told instanceof RowProblem) return told;
      const after = before === undefined ? created(row, told, context) : updated(before.record, values, told, context);
      return decideRecord(lead, { row, context, before, after });
    };
    const decisions = await Promise.all(rows.map(decideRow));
    const repeated = firstRepeated(addresses);
    return upToDependent(
      decisions.map((decision, at) => (at >= repeated ? "later" : decision)),
      rows.map((row) => [named(row.values), byEmail(address(row))]),
    );
  },
};

/** The first row whose address a row before it may take: one of the two has no such cell, so that nothing else keeps them apart. */
function firstRepeated(addresses: readonly (string | undefined)[]): number {
  const seen = new Set<string>();
  const at = addresses.findIndex((one) => one !== undefined && seen.size === seen.add(one).size);
  return at < 0 ? addresses.length : at;
}

const isNameless = ({ external_key, email }: Values): boolean => external_key === undefined && email === undefined;

const newKey = (row: Row, context: RuleContext): string =>
  isNameless(row.values)
    ? derivedKey("lead_", context.program.key, context.job.sha256 ?? context.job.key, String(row.row))
    : keyOfNew("lead_", row, context);

/** The lead that a row means. One without a key of yours takes the key of the row that has its address. */
function leadOf(
  { external_key, email }: Values,
  named: Stored<Lead> | undefined,
  held: Stored<Lead> | undefined,
): Stored<Lead> | RowProblem | undefined {
  if (held === undefined || held.record.key === named?.record.key) return named;
  if (named === undefined && (external_key === undefined || held.record.external_key === null)) return held;
  return new RowProblem(
    "email_taken",
    "email",
    `${shown(email ?? named?.record.email ?? undefined)} belongs to the partner's lead ${shown(held.record.external_key ?? held.record.key)}`,
    "Correct it, or update that lead by its own key.",
  );
}

/** Whom and what a row names. */
interface Named {
  readonly partner: Partnership;
  readonly group: Group;
  readonly customer: Customer | RowProblem | undefined;
}

function tell(
  { values: cells }: Row,
  { partner, group, customer }: Named,
  before: Lead | undefined,
  context: RuleContext,
): Told | RowProblem {
  const values: Values = cells;
  const form = group.lead_form;
  const refused =
    notEnabled("leads", context, group) ??
    missingField(form, cells, { group, context, alternatives: { amount: "amount_in_dollars" } });
  if (refused) return refused;
  if (customer instanceof RowProblem) return customer;
  const others = context.groups.map((other) => other.lead_form);
  const fields = formValues(form, cells, { columns: COLUMNS, others });
  if (fields instanceof RowProblem) return fields;
  const status = stageOfRow(group.lead_statuses, values.status, { column: "status", group });
  if (status instanceof RowProblem) return status;
  const amount = rowMinor({ ...values, minor: values.amount }, values.currency ?? before?.currency);
  return amount instanceof RowProblem ? amount : { partner, group, status, amount: amount ?? null, fields, customer };
}

function created(row: Row, told: Told, context: RuleContext): Lead {
  const { program, job } = context;
  const values: Values = row.values;
  return newLead(saidIn(values, told), {
    program: program.key,
    key: newKey(row, context),
    partnership_key: told.partner.key,
    group_key: told.group.key,
    status: told.status,
    currency: values.currency ?? DEFAULT_CURRENCY,
    ...testOf(told.partner),
    created_at: values.created_at ?? job.created_at,
    updated_at: job.created_at,
  });
}

const updated = (before: Lead, values: Values, told: Told, { job }: RuleContext): Lead => ({
  ...changedLead(before, saidIn(values, told, before), {
    partnership_key: told.partner.key,
    group_key: told.group.key,
    status: told.status,
    updated_at: job.created_at,
  }),
  created_at: instantOr(values.created_at, before.created_at),
});

const saidIn = (values: Values, { amount, fields, customer }: Told, before?: Lead): SaidLead => ({
  // A row may name the lead by our key.
  external_key: values.external_key === before?.key ? undefined : values.external_key,
  first_name: values.first_name,
  last_name: values.last_name,
  email: values.email?.toLowerCase() === before?.email?.toLowerCase() ? undefined : values.email,
  company: values.company,
  amount: amount ?? undefined,
  currency: values.currency,
  notes: values.notes,
  approved: values.approved,
  decline_reason: values.decline_reason,
  customer_key: customer?.key,
  fields: { ...before?.fields, ...fields },
  archived: values.lead_archived,
});
