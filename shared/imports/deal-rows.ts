import type { RowOf } from "../records/column.ts";
import type { Customer } from "../records/customer.ts";
import { type Deal, deal } from "../records/deal.ts";
import { derivedKey } from "../records/derived-key.ts";
import type { FieldValues } from "../records/form-field.ts";
import type { Group } from "../records/group.ts";
import type { Partnership } from "../records/partnership.ts";
import { changedDeal, newDeal, type SaidDeal } from "../pipeline/said-deal.ts";
import { testOf } from "../records/record.ts";
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
  upToDependent,
} from "./row-rule.ts";

type Values = RowOf<typeof deal.layout.columns>;

/** What a row says of its deal, once the group's form has been asked. */
interface Told {
  /** None for a vendor's deal that nobody has been assigned to. */
  readonly partner: Partnership | undefined;
  readonly group: Group;
  readonly stage: string;
  readonly amount: number;
  readonly fields: FieldValues;
  /** Whom it became, where the row tells. */
  readonly customer: Customer | undefined;
}

const COLUMNS = deal.layout.columns;

/** Deals are found by their key; one without is known by the file's content and the row, so that a file counts once. */
export const dealRows: RowRule = {
  identities: ({ external_key }: Values) => identity("key", external_key),

  async decide(rows, context) {
    const partnerOf = await partnersOf(rows, context);
    const keys = rows.map(({ values }) => (values as Values).external_key);
    const [byExternalKey, byOwnKey, claims] = await Promise.all([
      lookUp(keys, finder(context, deal, "external_key")),
      lookUp(keys, finder(context, deal, "key")),
      lookUp(
        rows.map((row) => newKey(row, context)),
        claimFinder(context, deal, "key"),
      ),
    ]);
    const customerOf = await customersOf(
      rows.map(({ values }) => (values as Values).customer_key),
      "customer_key",
      context,
    );
    const named = ({ external_key }: Values) => byExternalKey(external_key) ?? byOwnKey(external_key);

    const decideRow = async (row: Row): Promise<Decision> => {
      const values: Values = row.values;
      const partner = values.no_partner === true ? undefined : partnerOf(values);
      const before = named(values);
      const claim = claims(newKey(row, context));
      const earlier = createdEarlier(claim, row);
      if (partner instanceof RowProblem) return earlier ?? notEnabled("deals", context) ?? partner;
      const group = groupOfRow(context, partner, before?.record, {
        wanted: values.deal_group,
        column: "deal_group",
      });
      if (group instanceof RowProblem) return earlier ?? group;
      warnOfOthers(group.deal_form, row.values, { columns: COLUMNS, group, context });
      if (earlier) return earlier;
      // The same row of the same file dropped before: whatever became of the deal since stays.
      if (claim && values.external_key === undefined) return { outcome: "unchanged", key: claim.key };
      const told = tell(row, { partner, group, customer: customerOf(values.customer_key) }, before?.record, context);
      if (told instanceof RowProblem) return told;
      const after = before === undefined ? created(row, told, context) : updated(before.record, values, told, context);
      return decideRecord(deal, { row, context, before, after });
    };
    return upToDependent(
      await Promise.all(rows.map(decideRow)),
      rows.map(({ values }) => [named(values)]),
    );
  },
};

const newKey = (row: Row, context: RuleContext): string =>
  (row.values as Values).external_key === undefined
    ? derivedKey("deal_", context.program.key, context.job.sha256 ?? context.job.key, String(row.row))
    : keyOfNew("deal_", row, context);

/** Whom and what a row names. */
interface Named {
  readonly partner: Partnership | undefined;
  readonly group: Group;
  readonly customer: Customer | RowProblem | undefined;
}

const ONLY_VENDORS = new RowProblem(
  "vendor_only",
  "source",
  "is not vendor, and the deal has no partner",
  "Name the partner, or write vendor.",
);

function tell(
  { values: cells }: Row,
  { partner, group, customer }: Named,
  before: Deal | undefined,
  context: RuleContext,
): Told | RowProblem {
  const values: Values = cells;
  const form = group.deal_form;
  const refused =
    notEnabled("deals", context, group) ??
    missingField(form, cells, { group, context, alternatives: { amount: "amount_in_dollars" } });
  if (refused) return refused;
  if (partner === undefined && (values.source ?? before?.source) !== "vendor") return ONLY_VENDORS;
  if (customer instanceof RowProblem) return customer;
  const others = context.groups.map((other) => other.deal_form);
  const fields = formValues(form, cells, { columns: COLUMNS, others });
  if (fields instanceof RowProblem) return fields;
  const stage = stageOfRow(group.deal_stages, values.stage, { column: "stage", group });
  if (stage instanceof RowProblem) return stage;
  const amount = rowMinor({ ...values, minor: values.amount }, values.currency ?? before?.currency);
  return amount instanceof RowProblem ? amount : { partner, group, stage, amount: amount ?? 0, fields, customer };
}

function created(row: Row, told: Told, context: RuleContext): Deal {
  const { program, job } = context;
  const values: Values = row.values;
  return newDeal(saidIn(values, told), {
    program: program.key,
    key: newKey(row, context),
    partnership_key: told.partner?.key ?? null,
    group_key: told.group.key,
    stage: told.stage,
    currency: values.currency ?? DEFAULT_CURRENCY,
    ...testOf(told.partner),
    created_at: values.created_at ?? job.created_at,
    updated_at: job.created_at,
  });
}

const updated = (before: Deal, values: Values, told: Told, { job }: RuleContext): Deal => ({
  ...changedDeal(before, saidIn(values, told, before), {
    partnership_key: told.partner?.key ?? null,
    group_key: told.group.key,
    stage: told.stage,
    updated_at: job.created_at,
  }),
  created_at: instantOr(values.created_at, before.created_at),
});

const saidIn = (values: Values, { amount, fields, customer }: Told, before?: Deal): SaidDeal => ({
  // One that is there keeps the key that it has.
  external_key: before === undefined ? values.external_key : undefined,
  account_name: values.account_name,
  email: values.email,
  amount,
  currency: values.currency,
  close_date: values.close_date,
  contact_first_name: values.contact_first_name,
  contact_last_name: values.contact_last_name,
  lost_reason: values.lost_reason,
  source: values.source,
  customer_key: customer?.key,
  notes: values.notes,
  fields: { ...before?.fields, ...fields },
  archived: values.deal_archived,
});
