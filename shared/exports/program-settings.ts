import { isDeepStrictEqual } from "node:util";
import type { ProgramInput } from "../access/create-program.ts";
import { DEAL_FORM } from "../records/deal.ts";
import type { FormField } from "../records/form-field.ts";
import type { Group } from "../records/group.ts";
import type { Program } from "../records/program.ts";

/** What `create-program` makes a program with the same settings from. Teammates and their permissions stay at home. */
export const programSettings = (
  {
    key,
    name,
    currency,
    admin_email,
    rates,
    features,
    link_base,
    anonymize_customers,
    partner_fields,
    customer_fields,
  }: Program,
  groups: readonly Group[],
): ProgramInput => ({
  key,
  name,
  currency,
  admin_email,
  rates,
  features,
  link_base,
  anonymize_customers,
  partner_fields,
  customer_fields,
  groups: groups.map((group) => ({
    name: group.name,
    slug: group.slug,
    default: group.default,
    archived: group.archived,
    features: group.features,
    lead_form: group.lead_form,
    lead_statuses: group.lead_statuses,
    deal_form: withoutUsual(group.deal_form),
    deal_stages: group.deal_stages,
    offers: group.offers,
  })),
});

/** What every form begins with anyway is not asked for again: together with it, a long form would have too many fields. */
function withoutUsual(form: readonly FormField[]): FormField[] {
  let begin = 0;
  for (const usual of DEAL_FORM) if (isDeepStrictEqual(form[begin], usual)) begin += 1;
  return form.slice(begin);
}
