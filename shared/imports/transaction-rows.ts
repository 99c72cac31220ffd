import type { Change } from "../ledger/entry.ts";
import type { Stored } from "../ledger/stored.ts";
import type { RowOf } from "../records/column.ts";
import { type Customer, customer } from "../records/customer.ts";
import { derivedKey } from "../records/derived-key.ts";
import { partnership } from "../records/partnership.ts";
import { testOf } from "../records/record.ts";
import { type Transaction, transaction } from "../records/transaction.ts";
import { isWholeRecord } from "../records/whole-record.ts";
import { RowProblem } from "./read-row.ts";
import { type Amount, changedAmount, noteRate, rowAmount } from "./row-amount.ts";
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
import { hasSubscription, rowSubscription, type ToldSubscription } from "./row-subscription.ts";
import { hasTooMany, MOST_SUBSCRIPTIONS, subscriptionChanges } from "./subscription-changes.ts";

type Values = RowOf<typeof transaction.layout.columns>;

const customerByOwnKey = referenceFinder(customer, "customer_key");
const customerByKey = referenceFinder(customer, "key");
const partnerByPartnerKey = referenceFinder(partnership, "partner_key");

/** Transactions are known by their key; without one, by the file's content and the row, so that a file counts once. */
export const transactionRows: RowRule = {
  identities: ({ key }: Values) => identity("key", key),

  async decide(rows, context) {
    const keys = new Map(rows.map((row) => [row, keyOf(row, context)]));
    const [holders, byCustomerKey, byPsKey, byPartnerKey] = await Promise.all([
      lookUp([...keys.values()], holderFinder(context, transaction, "key")),
      lookUp(
        rows.map(({ values }) => (values as Values).customer_key),
        customerByOwnKey(context),
      ),
      lookUp(
        rows.map(({ values }) => (values as Values).ps_customer_key),
        customerByKey(context),
      ),
      lookUp(
        rows.map(({ values }) => (values as Values).partner_key),
        partnerByPartnerKey(context),
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
          noteRate(currency, values, context);
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
        const home = homeOf(values, buyer.record, byPartnerKey(values.partner_key)?.record.key, before?.record);
        if (home instanceof RowProblem) return home;
        const amount = rowAmount(values, currency, context);
        if (amount instanceof RowProblem) return amount;
        const owner = before && owners(before.record.customer_key)?.record;
        const subscription = rowSubscription(values, {
          buyer: buyer.record,
          currency: amount.currency,
          before: before?.record,
          owner,
        });
        if (subscription instanceof RowProblem) return subscription;
        const told = { buyer: buyer.record, home, amount, subscription };
        const after =
          before === undefined ? created(key, values, told, context) : updated(before.record, values, told, context);
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

function refusalOf(change: Change<Customer>): RowProblem | undefined {
  const { before, after } = change;
  if (hasTooMany(change)) {
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

/** What a row says of its transaction. */
interface Told {
  readonly buyer: Customer;
  /** The partnership that it belongs to. */
  readonly home: string | null;
  readonly amount: Amount;
  readonly subscription: ToldSubscription;
}

/** Whose a transaction is: whom the row names, or its customer's partner at the time when it was recorded. */
function homeOf(
  values: Values,
  buyer: Customer,
  named: string | undefined,
  before: Transaction | undefined,
): string | null | RowProblem {
  const { partner_key, no_partner = false } = values;
  const isSameBuyer = before?.customer_key === buyer.key;
  const usual = isSameBuyer ? before.partnership_key : buyer.partnership_key;
  if (partner_key === undefined && !no_partner) return usual;
  if (partner_key !== undefined && no_partner) {
    return new RowProblem(
      "two_partners",
      "partner_key",
      "is filled in, though the transaction is said to be nobody's",
      "Name a partner, or say that it is nobody's, and not both.",
    );
  }
  if (partner_key !== undefined && named === undefined) {
    return new RowProblem(
      "unknown_partner",
      "partner_key",
      `there is no partner ${shown(partner_key)}`,
      "Import the partner first, or correct the key.",
    );
  }
  const home = named ?? null;
  // Sums of a customer look for its transactions where it has been.
  const isKnown = [usual, buyer.partnership_key, ...buyer.former_partnership_keys].some(
    (one) => (one ?? "") === (home ?? ""),
  );
  if (isKnown || isWholeRecord(values)) return home;
  return new RowProblem(
    "foreign_customer",
    no_partner ? "no_partner" : "partner_key",
    `the customer ${shown(buyer.customer_key)} has never been ${no_partner ? "without a partner" : "this partner's"}`,
    "Leave it empty for the customer's partner, or have the customers file tell of the former one.",
  );
}

const created = (
  key: string,
  values: Values,
  { buyer, home, amount, subscription }: Told,
  { program, job }: RuleContext,
): Transaction => ({
  program: program.key,
  key,
  customer_key: buyer.key,
  partnership_key: home,
  ...amount,
  product_key: values.product_key ?? null,
  category_key: values.category_key ?? null,
  ...subscription,
  ...testOf(buyer),
  approved: values.approved ?? true,
  unapproved_reasons: values.unapproved_reasons ?? [],
  archived: values.archived ?? false,
  metadata: values.metadata ?? {},
  created_at: values.created_at ?? job.created_at,
  updated_at: job.created_at,
});

function updated(
  before: Transaction,
  values: Values,
  { buyer, home, amount, subscription }: Told,
  { job }: RuleContext,
): Transaction {
  return {
    ...before,
    ...changedAmount(before, amount, values),
    customer_key: buyer.key,
    partnership_key: home,
    product_key: values.product_key ?? before.product_key,
    category_key: values.category_key ?? before.category_key,
    ...subscription,
    approved: values.approved ?? before.approved,
    unapproved_reasons: values.unapproved_reasons ?? before.unapproved_reasons,
    archived: values.archived ?? before.archived,
    metadata: values.metadata ?? before.metadata,
    created_at: instantOr(values.created_at, before.created_at),
    updated_at: job.created_at,
  };
}
