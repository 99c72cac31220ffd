import type { RowOf } from "../records/column.ts";
import { type Customer, customer } from "../records/customer.ts";
import { derivedKey } from "../records/derived-key.ts";
import { type Transaction, transaction } from "../records/transaction.ts";
import { RowProblem } from "./read-row.ts";
import { type Amount, noteRate, rowAmount } from "./row-amount.ts";
import {
  createdEarlier,
  decideRecord,
  holderFinder,
  identity,
  instantOr,
  lookUp,
  referenceFinder,
  type Row,
  type RowRule,
  type RuleContext,
  shown,
} from "./row-rule.ts";

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
    return Promise.all(
      rows.map(async (row) => {
        const values: Values = row.values;
        const key = keys.get(row) ?? "";
        const holder = holders(key);
        const before = holder?.stored;
        // Cells left empty keep what is stored, and the decimals of an amount are those of its currency.
        const currency = values.currency ?? before?.record.currency;
        const earlier = createdEarlier(holder?.claim, row);
        if (earlier) {
          noteRate(currency, context);
          return earlier;
        }
        const buyer = byCustomerKey(values.customer_key) ?? byPsKey(values.ps_customer_key);
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
        const after =
          before === undefined
            ? created(key, values, buyer.record, amount, context)
            : updated(before.record, values, buyer.record, amount, context);
        return decideRecord(transaction, { row, context, before, after });
      }),
    );
  },
};

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
