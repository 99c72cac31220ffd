import type { Change } from "../ledger/entry.ts";
import type { Stored } from "../ledger/stored.ts";
import type { RowOf } from "../records/column.ts";
import { type Customer, customer } from "../records/customer.ts";
import { derivedKey } from "../records/derived-key.ts";
import { type Transaction, transaction } from "../records/transaction.ts";
import { RowProblem } from "./read-row.ts";
import { type Amount, noteRate, rowAmount } from "./row-amount.ts";
import {
  createdEarlier,
  type Decision,
  decideRecord,
  finder,
  holderFinder,
  identity,
  instantOr,
  lookUp,
  referenceFinder,
  type Row,
  type RowRule,
  type RuleContext,
  shown,
  tooLong,
} from "./row-rule.ts";
import { hasSubscription, rowSubscription } from "./row-subscription.ts";
import { MOST_SUBSCRIPTIONS, subscriptionChanges } from "./subscription-changes.ts";

type Values = RowOf<typeof transaction.layout.columns>;

const customerByOwnKey = referenceFinder(customer, "customer_key");
const customerByKey = referenceFinder(customer, "key");

/** Transactions are known by their key; without one, by the file's content and the row, so that a file counts once. */
export const transactionRows: RowRule = {
  identities: ({ key }: Values) => identity("key", key),

  async decide(rows, context) {
    const keys = new Map(rows.map((row) => [row, keyOf(row, context)]));
    const [holders, byCustomerKey, byPsKey] = await Promise.all([
      lookUp([...keys.values()], holderFinder(context, transaction, "key")),
      lookUp(
        rows.map(({ values }) => (values as Values).customer_key),
        customerByOwnKey(context),
      ),
      lookUp(
        rows.map(({ values }) => (values as Values).ps_customer_key),
        customerByKey(context),
      ),
    ]);
    const storedOf = (row: Row) => holders(keys.get(row) ?? "")?.stored?.record;
    const buyerOf = (values: Values) => byCustomerKey(values.customer_key) ?? byPsKey(values.ps_customer_key);
    // Read behind their transactions, and anew each time: a customer's subscriptions change with its rows.
    const owners = await lookUp(
      rows.flatMap((row) => {
        const before = storedOf(row);
        return hasSubscription(row.values, before) ? [before?.customer_key, buyerOf(row.values)?.record.key] : [];
      }),
      finder(context, customer, "key"),
    );
    return Promise.all(
      rows.map(async (row) => {
        const values: Values = row.values;
        const key = keys.get(row) ?? "";
        const holder = holders(key);
        const before = holder?.stored;
        // Cells left empty keep what is stored, and the decimals of an amount are those of its currency.
        const currency = values.currency ?? before?.record.currency;
        // Told also of rows that an earlier attempt has recorded.
        if (!hasSubscription(values, before?.record)) noteIdle(values, context);
        const earlier = createdEarlier(holder?.claim, row);
        if (earlier) {
          noteRate(currency, context);
          return earlier;
        }
        const buyer = buyerOf(values);
        if (buyer === undefined) {
          const column = values.customer_key === undefined ? "ps_customer_key" : "customer_key";
          return new RowProblem(
            "unknown_customer",
            column,
            `there is no customer ${shown(values[column])}`,
            "Import the customer first, or correct the key.",
          );
        }
        const amount = rowAmount(values, currency, context);
        if (amount instanceof RowProblem) return amount;
        const owner = before && owners(before.record.customer_key)?.record;
        const told = rowSubscription(values, { ...amount, buyer: buyer.record, before: before?.record, owner });
        if (told instanceof RowProblem) return told;
        const after: Transaction = {
          ...(before === undefined
            ? created(key, values, buyer.record, amount, context)
            : updated(before.record, values, buyer.record, amount, context)),
          ...told,
        };
        const decision = await decideRecord(transaction, { row, context, before, after });
        return withSubscriptions(decision, { was: before?.record, is: after }, owners, context);
      }),
    );
  },
};

const TERMS = ["subscription_quantity", "subscription_value_in_cents", "subscription_value_in_dollars"] as const;

/** Quantities and prices of no subscription, as of files that have such a column for something else. */
function noteIdle(values: Values, { ownName, warn }: RuleContext): void {
  for (const column of TERMS) {
    if (values[column] === undefined) continue;
    warn({
      code: "no_subscription",
      message: `"${ownName(column)}" was ignored in rows that name no subscription, by its key or plan.`,
    });
  }
}

/** The decision on a row with what becomes of its customer's subscriptions. */
async function withSubscriptions(
  decision: Decision,
  { was, is }: { readonly was: Transaction | undefined; readonly is: Transaction },
  owners: (key: string) => Stored<Customer> | undefined,
  { ledger, job }: RuleContext,
): Promise<Decision> {
  if (decision === "later" || !("entry" in decision)) return decision;
  const changes = await subscriptionChanges({ ledger, customerOf: owners, now: job.created_at }, was, is);
  const refusal = changes.map(refusalOf).find((one) => one !== undefined);
  if (refusal !== undefined) return refusal;
  const { entry } = decision;
  return { ...decision, entry: { ...entry, changes: [...entry.changes, ...changes] } };
}

function refusalOf({ before, after }: Change<Customer>): RowProblem | undefined {
  const { length } = after.subscriptions;
  if (length > MOST_SUBSCRIPTIONS && length > (before?.record.subscriptions.length ?? 0)) {
    return new RowProblem(
      "too_many_subscriptions",
      "subscription_key",
      `the customer ${shown(after.customer_key)} has ${MOST_SUBSCRIPTIONS} subscriptions already`,
      "Name one of them, or leave key and plan empty: then the payment is recorded without a subscription.",
    );
  }
  return tooLong(after, before?.record);
}

const keyOf = ({ row, values }: Row, { program, job }: RuleContext): string =>
  (values as Values).key ?? derivedKey("trx_", program.key, job.sha256 ?? job.key, String(row));

const created = (
  key: string,
  values: Values,
  buyer: Customer,
  amount: Amount,
  { program, job }: RuleContext,
): Transaction => ({
  program: program.key,
  key,
  customer_key: buyer.key,
  partnership_key: buyer.partnership_key,
  ...amount,
  product_key: values.product_key ?? null,
  category_key: values.category_key ?? null,
  subscription_key: null,
  subscription_plan: null,
  subscription_terms: null,
  approved: true,
  unapproved_reasons: [],
  archived: false,
  created_at: values.created_at ?? job.created_at,
  updated_at: job.created_at,
});

/** The worth in US dollars stays what it was at the time, unless the amount itself changes. */
function updated(
  before: Transaction,
  values: Values,
  buyer: Customer,
  amount: Amount,
  { job }: RuleContext,
): Transaction {
  const sameAmount = amount.amount === before.amount && amount.currency === before.currency;
  const sameBuyer = buyer.key === before.customer_key;
  return {
    ...before,
    ...(sameAmount ? {} : amount),
    ...(sameBuyer ? {} : { customer_key: buyer.key, partnership_key: buyer.partnership_key }),
    product_key: values.product_key ?? before.product_key,
    category_key: values.category_key ?? before.category_key,
    created_at: instantOr(values.created_at, before.created_at),
    updated_at: job.created_at,
  };
}
