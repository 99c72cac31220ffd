import { type Customer, customer, CUSTOMER_SOURCES } from "../records/customer.ts";
import { type Deal, deal } from "../records/deal.ts";
import { type Lead, lead } from "../records/lead.ts";
import { CUSTOMERS_PREFIX, DEALS_PREFIX, LEADS_PREFIX, REWARDS_PREFIX } from "../records/place.ts";
import { type BaseRecord, type Declaration, isTest } from "../records/record.ts";
import { ALL_REWARD_STATUSES, type Reward, reward, REWARD_SOURCES } from "../records/reward.ts";
import type { Subscription } from "../records/subscription.ts";
import { shownReferral } from "../records/shown-email.ts";
import { type Transaction, transaction } from "../records/transaction.ts";
import type { Asked, Spent, Surroundings } from "./surroundings.ts";
import {
  amountColumn,
  choiceColumn,
  countColumn,
  flagColumn,
  instantColumn,
  keyColumn,
  type Money,
  moneyText,
  type TableColumn,
  type TableColumns,
  textColumn,
  unconvertedColumn,
} from "./table-column.ts";

/** One of the tables that tell what a partner has brought, made from the partner's records of a kind. */
export interface PartnerTable<R extends BaseRecord, Row> extends TableView<Row> {
  readonly declaration: Declaration<R>;
  /** Where in a partner's collection its rows lie, with all that they tell; nowhere, where a list of the records is all that it takes. */
  readonly begins: readonly string[];
  /** What rows tell beside their own record. */
  readonly asks: readonly Asked[];
  rowsOf(record: R, around: Surroundings): readonly Row[];
}

/** The rows of such a table, whatever they are made from. */
export interface TableView<Row> {
  /** Whether each row is a record of the kind, so that a list of the records is one of the rows. */
  readonly isListed: boolean;
  keyOf(row: Row): string;
  createdOf(row: Row): number;
  /** The column that tells when. */
  readonly created: string;
  /** The customer that a row is, where it tells of the customer's e-mail address. */
  readonly customerOf?: (row: Row) => string;
  /** What searches look in and orders go by. */
  readonly columns: TableColumns<Row>;
  /** What rows tell beside: keys, and what else is good to know. */
  readonly beside: TableColumns<Row>;
}

const define = <R extends BaseRecord, Row>(table: PartnerTable<R, Row>): PartnerTable<R, Row> => table;

/** A record beside the customer that it is of. */
interface Of<R> {
  readonly of: R;
  readonly buyer: Customer | undefined;
}

interface Owned {
  readonly customer_key: string | null;
  readonly partnership_key: string | null;
}

/** The customer of a record, where it is or was the record's partner's: of nobody else is a partner told. */
function ownBuyer(
  { customer_key, partnership_key: partner }: Owned,
  find: Surroundings["buyer"],
): Customer | undefined {
  const buyer = find(customer_key);
  if (buyer === undefined || partner === null) return buyer;
  return [buyer.partnership_key, ...buyer.former_partnership_keys].includes(partner) ? buyer : undefined;
}

const referred = <R extends Lead | Deal>(record: R, { shows, buyer }: Surroundings): Of<R>[] => [
  { of: shownReferral(shows, record, buyer(record.customer_key)), buyer: ownBuyer(record, buyer) },
];

const besideBuyer =
  <R extends Owned>() =>
  (record: R, { buyer }: Surroundings): Of<R>[] => [{ of: record, buyer: ownBuyer(record, buyer) }];

const buyerName = <R>({ buyer }: Of<R>): string | null => buyer?.name ?? null;

const TEST = "Whether it was made with a test key";

const isMadeInTest = flagColumn<Of<BaseRecord>>(TEST, (row) => isTest(row.of));

const CUSTOMER_NAME = "The customer's name";
const CUSTOMER_KEY = "Our key of the customer (cus_...)";

const buyerKey = <R extends { readonly customer_key: string | null }>(): TableColumn<Of<R>> =>
  textColumn(CUSTOMER_KEY, (row) => row.of.customer_key);

const ownKey = <R extends { readonly key: string }>(what: string): TableColumn<Of<R>> =>
  keyColumn(`Key of the ${what}`, (row) => row.of.key);

interface CustomerRow {
  readonly one: Customer;
  readonly spent: Spent;
}

const customers = define<Customer, CustomerRow>({
  declaration: customer,
  begins: [CUSTOMERS_PREFIX],
  asks: ["buyer", "spent"],
  isListed: true,
  rowsOf: (record, { buyer, spent }) => [{ one: buyer(record.key) ?? record, spent: spent(record) }],
  keyOf: ({ one }) => one.key,
  createdOf: ({ one }) => one.created_at,
  created: "submitted_on",
  customerOf: ({ one }) => one.key,
  columns: {
    customer_name: textColumn(CUSTOMER_NAME, ({ one }) => one.name),
    email: keyColumn("The customer's e-mail address, or a placeholder", ({ one }) => one.email),
    customer_key: keyColumn("Your own key of the customer", ({ one }) => one.customer_key),
    submitted_on: instantColumn("When the customer signed up", ({ one }) => one.created_at),
  },
  beside: {
    key: keyColumn(CUSTOMER_KEY, ({ one }) => one.key),
    status: choiceColumn("paid, once there is a transaction", ["signed_up", "paid"], ({ spent }) =>
      spent.hasPaid ? "paid" : "signed_up",
    ),
    source: choiceColumn("How the customer came", CUSTOMER_SOURCES, ({ one }) => one.source_type),
    company_name: textColumn("The customer's company", ({ one }) => one.company_name),
    revenue_usd: amountColumn("What it has paid while it was the partner's", ({ spent }) => ({
      amount: spent.revenue_usd,
      currency: "USD",
    })),
    unconverted: unconvertedColumn(({ spent }) => spent.unconverted),
    anonymized: flagColumn("Whether the address stands for one that is not told", ({ one }) => one.anonymized),
    archived: flagColumn("Whether the customer is archived", ({ one }) => one.archived),
    test: flagColumn(TEST, ({ one }) => isTest(one)),
  },
});

const rewards = define<Reward, Of<Reward>>({
  declaration: reward,
  begins: [CUSTOMERS_PREFIX, REWARDS_PREFIX],
  asks: ["buyer"],
  isListed: true,
  rowsOf: besideBuyer(),
  keyOf: (row) => row.of.key,
  createdOf: (row) => row.of.created_at,
  created: "created",
  columns: {
    customer_name: textColumn(CUSTOMER_NAME, buyerName),
    reward_amount: amountColumn("The reward", (row) => row.of),
    status: choiceColumn("Where it stands", ALL_REWARD_STATUSES, (row) => row.of.reward_status),
    source: choiceColumn("How it came to be", REWARD_SOURCES, (row) => row.of.source),
    created: instantColumn("When it was earned", (row) => row.of.created_at),
  },
  beside: {
    key: ownKey("reward"),
    currency: keyColumn("Of the amount", (row) => row.of.currency),
    customer_key: buyerKey(),
    transaction_key: textColumn("Key of the transaction that it was earned by", (row) => row.of.transaction_key),
    archived: flagColumn("Whether it is archived", (row) => row.of.archived),
    test: isMadeInTest,
  },
});

interface TransactionRow extends Of<Transaction> {
  readonly earned: readonly Money[];
}

/** What was earned, where that is one sum. */
const oneSum = ({ earned }: TransactionRow): Money | null => (earned.length === 1 ? (earned[0] ?? null) : null);

const transactions = define<Transaction, TransactionRow>({
  declaration: transaction,
  begins: [CUSTOMERS_PREFIX],
  asks: ["buyer", "earned"],
  isListed: true,
  rowsOf: (record, { buyer, earned }) => [{ of: record, buyer: buyer(record.customer_key), earned: earned(record) }],
  keyOf: (row) => row.of.key,
  createdOf: (row) => row.of.created_at,
  created: "created",
  columns: {
    customer_name: textColumn(CUSTOMER_NAME, buyerName),
    transaction_amount: amountColumn("What was paid, or with a minus given back", (row) => row.of),
    reward_amount: {
      ...amountColumn(
        "What the partner has earned by it; null for nothing, and for sums in several currencies",
        oneSum,
      ),
      text: ({ earned }) => earned.map(moneyText).join("|"),
    },
    created: instantColumn("When it was paid", (row) => row.of.created_at),
  },
  beside: {
    key: ownKey("transaction"),
    currency: keyColumn("Of the transaction", (row) => row.of.currency),
    reward_currency: {
      ...textColumn<TransactionRow>("Of the reward", (row) => oneSum(row)?.currency ?? null),
      text: ({ earned }) => earned.map(({ currency }) => currency).join("|"),
    },
    customer_key: buyerKey(),
    archived: flagColumn("Whether it is archived", (row) => row.of.archived),
    test: isMadeInTest,
  },
});

const named = (...parts: readonly (string | null)[]): string | null => {
  const name = parts.filter((part) => part !== null && part !== "").join(" ");
  return name === "" ? null : name;
};

const leads = define<Lead, Of<Lead>>({
  declaration: lead,
  begins: [LEADS_PREFIX],
  asks: ["buyer"],
  isListed: true,
  rowsOf: referred,
  keyOf: (row) => row.of.key,
  createdOf: (row) => row.of.created_at,
  created: "submitted",
  columns: {
    lead: textColumn("The lead's name, or company", ({ of }) => named(of.first_name, of.last_name) ?? of.company),
    email: textColumn("The lead's e-mail address", ({ of }) => of.email),
    status: keyColumn("Where it stands", (row) => row.of.status),
    customer: textColumn("Name of the customer that it became", buyerName),
    submitted: instantColumn("When it was submitted", (row) => row.of.created_at),
  },
  beside: {
    key: ownKey("lead"),
    external_key: textColumn("Your own key of the lead", (row) => row.of.external_key),
    customer_key: buyerKey(),
    archived: flagColumn("Whether it is archived", (row) => row.of.archived),
    test: isMadeInTest,
  },
});

const deals = define<Deal, Of<Deal>>({
  declaration: deal,
  begins: [DEALS_PREFIX],
  asks: ["buyer"],
  isListed: true,
  rowsOf: referred,
  keyOf: (row) => row.of.key,
  createdOf: (row) => row.of.created_at,
  created: "submitted_date",
  columns: {
    account: textColumn("The account that buys", (row) => row.of.account_name),
    stage: keyColumn("Where it stands", (row) => row.of.stage),
    customer: textColumn("Name of the customer that it became", buyerName),
    submitted_date: instantColumn("When it was submitted", (row) => row.of.created_at),
    amount: amountColumn("What it is worth", (row) => row.of),
  },
  beside: {
    key: ownKey("deal"),
    currency: keyColumn("Of the amount", (row) => row.of.currency),
    external_key: textColumn("Your own key of the deal", (row) => row.of.external_key),
    customer_key: buyerKey(),
    archived: flagColumn("Whether it is archived", (row) => row.of.archived),
    test: isMadeInTest,
  },
});

interface SubscriptionRow {
  readonly one: Subscription;
  readonly buyer: Customer;
}

const subscriptions = define<Customer, SubscriptionRow>({
  declaration: customer,
  begins: [],
  asks: [],
  isListed: false,
  rowsOf: (record) => record.subscriptions.map((one) => ({ one, buyer: record })),
  keyOf: ({ one }) => one.key,
  createdOf: ({ one }) => one.created_at,
  created: "created",
  columns: {
    quantity: countColumn("How many, such as seats", ({ one }) => one.quantity),
    plan_name: textColumn("Name of the plan", ({ one }) => one.plan_name),
    amount: amountColumn("For one period", ({ one }) => one),
    customer: textColumn(CUSTOMER_NAME, ({ buyer }) => buyer.name),
    created: instantColumn("When it was first paid", ({ one }) => one.created_at),
  },
  beside: {
    key: keyColumn("Key of the subscription", ({ one }) => one.key),
    currency: keyColumn("Of the amount", ({ one }) => one.currency),
    provider_key: textColumn("The payment provider's key of the subscription", ({ one }) => one.provider_key),
    customer_key: keyColumn(CUSTOMER_KEY, ({ buyer }) => buyer.key),
  },
});

/** The tables of a partner's view, by the last part of their paths. */
export const partnerTables = { customers, rewards, transactions, leads, deals, subscriptions };

export type PartnerTableName = keyof typeof partnerTables;
