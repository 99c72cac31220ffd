import type { ImportLayout } from "../records/column.ts";
import { customer } from "../records/customer.ts";
import { deal, DEAL_FIELDS } from "../records/deal.ts";
import { withFields, withForms } from "../records/form-layout.ts";
import { lead, LEAD_FIELDS } from "../records/lead.ts";
import { partnership } from "../records/partnership.ts";
import type { Declaration } from "../records/record.ts";
import { program as programRecord } from "../records/program.ts";
import { reward } from "../records/reward.ts";
import { transaction } from "../records/transaction.ts";
import { customerRows } from "./customer-rows.ts";
import { dealRows } from "./deal-rows.ts";
import { leadRows } from "./lead-rows.ts";
import { partnerRows } from "./partner-rows.ts";
import type { ProgramSetup } from "./program-setup.ts";
import { rateRows } from "./rate-rows.ts";
import { rewardRows } from "./reward-rows.ts";
import { enabledGroups } from "./row-form.ts";
import type { RowRule } from "./row-rule.ts";
import { transactionRows } from "./transaction-rows.ts";

export interface ImportType {
  readonly declaration: Declaration;
  /** As in a program that has no fields or forms of its own. */
  readonly layout: ImportLayout;
  layoutOf(setup: ProgramSetup): ImportLayout;
  readonly rule: RowRule;
}

/** What may be imported, by the name of its folder in the bucket. */
export const importTypes: Readonly<Record<string, ImportType>> = {
  partners: {
    declaration: partnership,
    layout: partnership.layout,
    layoutOf: ({ program }) => withFields(partnership.layout, program.partner_fields),
    rule: partnerRows,
  },
  customers: {
    declaration: customer,
    layout: customer.layout,
    layoutOf: ({ program }) => withFields(customer.layout, program.customer_fields),
    rule: customerRows,
  },
  transactions: {
    declaration: transaction,
    layout: transaction.layout,
    layoutOf: () => transaction.layout,
    rule: transactionRows,
  },
  rewards: { declaration: reward, layout: reward.layout, layoutOf: () => reward.layout, rule: rewardRows },
  leads: {
    declaration: lead,
    layout: lead.layout,
    layoutOf: (setup) => withForms(lead.layout, formsOf(setup, "leads", "lead_form"), LEAD_FIELDS),
    rule: leadRows,
  },
  deals: {
    declaration: deal,
    layout: deal.layout,
    layoutOf: (setup) => withForms(deal.layout, formsOf(setup, "deals", "deal_form"), DEAL_FIELDS),
    rule: dealRows,
  },
  rates: {
    declaration: programRecord,
    layout: programRecord.layout,
    layoutOf: () => programRecord.layout,
    rule: rateRows,
  },
};

const formsOf = (setup: ProgramSetup, kind: "leads" | "deals", form: "lead_form" | "deal_form") =>
  enabledGroups(setup, kind).map((group) => group[form]);

/** Undefined for what is no type of file, whatever else every object knows by that name. */
export const typeOf = (name: string | null): ImportType | undefined =>
  name !== null && Object.hasOwn(importTypes, name) ? importTypes[name] : undefined;
