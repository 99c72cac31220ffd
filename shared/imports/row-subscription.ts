import { CellProblem, toMinor } from "../records/cell.ts";
import type { RowOf } from "../records/column.ts";
import type { Customer } from "../records/customer.ts";
import { derivedKey } from "../records/derived-key.ts";
import { plainName } from "../records/plain-name.ts";
import type { Transaction, transaction } from "../records/transaction.ts";
import { RowProblem } from "./read-row.ts";

type Values = RowOf<typeof transaction.layout.columns>;

/** What a transaction tells of its subscription; all null where it belongs to none. */
export type ToldSubscription = Pick<Transaction, "subscription_key" | "subscription_plan" | "subscription_terms">;

/** Whether a row, or the transaction that it changes, belongs to a subscription. */
export const hasSubscription = (values: Values, before: ToldSubscription | undefined): boolean =>
  values.subscription_key !== undefined || values.subscription_plan !== undefined || !!before?.subscription_key;

/**
 * What a row tells of the customer's subscription that its transaction belongs to: the one of the provider's key, else,
 * among those without such a key, the one of the plan's name. Cells left empty keep what the transaction has told before;
 * `owner` is the customer whose it was.
 */
export function rowSubscription(
  values: Values,
  {
    buyer,
    currency,
    before,
    owner,
  }: {
    readonly buyer: Customer;
    readonly currency: string;
    readonly before: Transaction | undefined;
    readonly owner: Customer | undefined;
  },
): ToldSubscription | RowProblem {
  const value = valueOf(values, currency);
  if (value instanceof RowProblem) return value;
  const terms = before?.subscription_terms;
  const provider_key = values.subscription_key ?? terms?.provider_key ?? null;
  const plan = planOf(values, before, owner);
  if (provider_key === null && plan === null) return NO_SUBSCRIPTION;
  const known = provider_key === null ? ["plan", plainName(plan ?? "")] : ["provider_key", provider_key];
  return {
    subscription_key: derivedKey("sub_", buyer.program, buyer.key, ...known),
    subscription_plan: plan,
    subscription_terms: {
      provider_key,
      quantity: values.subscription_quantity ?? terms?.quantity ?? 1,
      // A price that was told before was one in the currency of before.
      amount: value ?? (currency === before?.currency ? (terms?.amount ?? null) : null),
    },
  };
}

const NO_SUBSCRIPTION: ToldSubscription = { subscription_key: null, subscription_plan: null, subscription_terms: null };

/** An export shows the subscription's plan for a transaction that named none: read back, it says nothing new. */
function planOf(
  { subscription_key, subscription_plan: named }: Values,
  before: Transaction | undefined,
  owner: Customer | undefined,
): string | null {
  const stored = before?.subscription_plan ?? null;
  if (named === undefined) return stored;
  const present = owner?.subscriptions.find(({ key }) => key === before?.subscription_key);
  const isShown = stored === null && subscription_key === undefined && present?.plan_name === named;
  return isShown ? null : named;
}

/** The price of one period, in minor units; undefined where the row tells none. */
function valueOf(
  { subscription_value_in_cents: cents, subscription_value_in_dollars: decimal }: Values,
  currency: string,
): number | RowProblem | undefined {
  const column = cents === undefined ? "subscription_value_in_dollars" : "subscription_value_in_cents";
  const value = cents ?? (decimal === undefined ? undefined : toMinor(decimal, currency));
  if (value instanceof CellProblem) return new RowProblem(value.code, column, value.message, value.hint);
  if (value === undefined || value > 0) return value;
  return new RowProblem(
    "bad_subscription_value",
    column,
    "is not above zero",
    "Write what one period costs, or leave it empty where that is what was paid.",
  );
}
