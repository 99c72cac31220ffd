import type { Declaration } from "../records/record.ts";
import type { ImportLayout } from "../records/column.ts";
import { customer } from "../records/customer.ts";
import { partnership } from "../records/partnership.ts";
import { reward } from "../records/reward.ts";
import { transaction } from "../records/transaction.ts";
import { customerRows } from "./customer-rows.ts";
import { partnerRows } from "./partner-rows.ts";
import { rewardRows } from "./reward-rows.ts";
import type { RowRule } from "./row-rule.ts";
import { transactionRows } from "./transaction-rows.ts";

export interface ImportType {
  readonly declaration: Declaration;
  readonly layout: ImportLayout;
  readonly rule: RowRule;
}

/** What may be imported, by the name of its folder in the bucket. */
export const importTypes: Readonly<Record<string, ImportType>> = {
  partners: { declaration: partnership, layout: partnership.layout, rule: partnerRows },
  customers: { declaration: customer, layout: customer.layout, rule: customerRows },
  transactions: { declaration: transaction, layout: transaction.layout, rule: transactionRows },
  rewards: { declaration: reward, layout: reward.layout, rule: rewardRows },
};

/** Undefined for what is no type of file, whatever else every object knows by that name. */
export const typeOf = (name: string | null): ImportType | undefined =>
  name !== null && Object.hasOwn(importTypes, name) ? importTypes[name] : undefined;
