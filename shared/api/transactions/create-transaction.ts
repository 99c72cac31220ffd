import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { CallerError } from "../../errors.ts";
import { RowProblem } from "../../imports/read-row.ts";
import { rowSubscription } from "../../imports/row-subscription.ts";
import { tooLong } from "../../imports/row-rule.ts";
import { hasTooMany, MOST_SUBSCRIPTIONS, subscriptionChanges } from "../../imports/subscription-changes.ts";
import type { Change } from "../../ledger/entry.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Stored } from "../../ledger/stored.ts";
import { type Circumstances, recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { MAX_MINOR } from "../../records/cell.ts";
import { type Customer, customer } from "../../records/customer.ts";
import { metadata } from "../../records/metadata.ts";
import { isTest } from "../../records/record.ts";
import { type Transaction, transaction } from "../../records/transaction.ts";
import { type Answer, one } from "../envelope.ts";
import { lookByEitherKey } from "../find-by-either-key.ts";
import { amountInput, currencyInput } from "../money-inputs.ts";
import { testFor } from "../partner-of-request.ts";
import type { ApiRequest } from "../request.ts";
import { shown, validated } from "../validated.ts";
import { worthOf } from "../worth-of.ts";
import { transactionsFor } from "./transaction-shape.ts";

const text = (min = 1) => z.string().min(min).max(255);
const own = () => z.string().max(255).nullish();
const ignored = own().meta({ description: "Accepted, and of no meaning here" });

/** What a request for a new transaction says. */
export const transactionRequest = z.strictObject({
  customer_key: text().nullish().meta({ description: "Our key of the customer, or yours; one of the three names it" }),
  customer_external_key: text().nullish().meta({ description: "Your key of the customer" }),
  customer_email: text(4).nullish().meta({ description: "Its e-mail address" }),
  amount: amountInput,
  currency: currencyInput,
  key: text(4).nullish().meta({
    description:
      "Your own key, by which it is recorded once: said again in the same words, it is answered as it is there",
  }),
  created_at: z
    .int()
    .min(0)
    .nullish()
    .meta({ description: "When the customer paid, in epoch milliseconds; now, when absent" }),
  category_key: own().meta({ description: "Your key of the product's category" }),
  product_key: own().meta({ description: "Your key of what was bought" }),
  external_product_key: own().meta({ description: "Another name of `product_key`" }),
  external_product_id: own().meta({ description: "Another name of `product_key`" }),
  subscription_key: own().meta({ description: "The payment provider's key of the subscription that is paid" }),
  external_subscription_key: own().meta({ description: "Another name of `subscription_key`" }),
  external_subscription_id: own().meta({ description: "Another name of `subscription_key`" }),
  subscription_plan: own().meta({ description: "Name of its plan" }),
  subscription_quantity: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .nullish()
    .meta({ description: "How many of the plan, such as seats" }),
  subscription_value_in_cents: z
    .int()
    .min(1)
    .max(MAX_MINOR)
    .nullish()
    .meta({ description: "Price of one period; the amount, when absent" }),
  metadata: metadata.nullish().meta({ description: "Values of your own" }),
  test: z.boolean().nullish().meta({ description: "Whether it is one; it is what its customer is" }),
  member_key: ignored,
  member_id: ignored,
});

type Asked = z.output<typeof transactionRequest>;

/** Clocks differ, and a day that has begun elsewhere is told as one. */
const MOST_AHEAD_MS = 24 * 60 * 60 * 1000;

/** Records what a customer paid, with what it tells of a subscription, and what triggers make of it. */
export async function createTransaction(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, body, newKey } = request;
  const asked = validated(transactionRequest, body === undefined ? {} : body);
  const made = newKey("trx_");
  const key = asked.key ?? made;
  const recorded = await recordChange(dependencies, request, { declaration: transaction, key }, async (now) => {
    // Before the customer: whoever changes both meanwhile is noticed.
    const [there] =
      asked.key === null || asked.key === undefined
        ? []
        : await ledger.find(transaction, principal.program, "key", [key]);
    const buyer = await buyerOf(ledger, principal.program, asked);
    const after = wanted(key, asked, buyer.record, now);
    const { test } = testFor(principal, buyer.record, buyer.field);
    if (asked.test === true && test !== true) {
      throw new CallerError("invalid", "the customer is no test record", "test");
    }
    if (there !== undefined) {
      if (isSame(there.record, after, asked)) return there.record;
      throw new CallerError("conflict", "another transaction has this 'key' already", "key");
    }
    const others = await subscriptionChanges(
      { ledger, now: now.now, customerOf: (of) => (of === buyer.record.key ? buyer.stored : undefined) },
      undefined,
      after,
    );
    others.forEach(refuseTooMuch);
    return {
      change: { declaration: transaction, after },
      others,
      action: "transaction.created",
      customer: buyer.record,
    };
  });
  const [answer = {}] = await transactionsFor(ledger, principal, [recorded]);
  return one(answer, "Transaction created");
}

/** By which unique values a customer is found, for each way to name it: ours before yours, as clients of the contract use both. */
const WAYS = {
  customer_key: ["key", "customer_key"],
  customer_external_key: ["customer_key"],
  customer_email: ["email"],
} as const;

interface Buyer {
  readonly field: keyof typeof WAYS;
  readonly stored: Stored<Customer>;
  readonly record: Customer;
}

async function buyerOf(ledger: Pick<Ledger, "find">, program: string, asked: Asked): Promise<Buyer> {
  const names = (["customer_key", "customer_external_key", "customer_email"] as const).filter(
    (name) => typeof asked[name] === "string",
  );
  const [field, other] = names;
  if (field === undefined || other !== undefined) {
    throw new CallerError(
      "invalid",
      "exactly one of 'customer_key', 'customer_external_key' and 'customer_email' is a required property",
      other ?? "customer_key",
    );
  }
  const value = asked[field] ?? "";
  const stored = await lookByEitherKey(ledger, customer, program, WAYS[field], value);
  if (stored === undefined) throw new CallerError("invalid", `there is no customer ${shown(value)}`, field);
  return { field, stored, record: stored.record };
}

/** What is not told, or told as nothing. */
const given = (...values: readonly (string | null | undefined)[]): string | null =>
  values.find((value) => typeof value === "string" && value !== "") ?? null;

function wanted(key: string, asked: Asked, buyer: Customer, { program, now }: Circumstances): Transaction {
  const { amount, currency } = asked;
  const created_at = asked.created_at ?? now;
  if (created_at > now + MOST_AHEAD_MS) {
    throw new CallerError(
      "invalid",
      `${created_at} is greater than the maximum of ${now + MOST_AHEAD_MS}`,
      "created_at",
    );
  }
  return {
    program: program.key,
    key,
    customer_key: buyer.key,
    partnership_key: buyer.partnership_key,
    amount,
    currency,
    amount_usd: worthOf(program, amount, currency),
    product_key: given(asked.product_key, asked.external_product_key, asked.external_product_id),
    category_key: given(asked.category_key),
    ...toldSubscription(asked, buyer),
    ...(isTest(buyer) && { test: true }),
    approved: true,
    unapproved_reasons: [],
    archived: false,
    metadata: asked.metadata ?? {},
    created_at,
    updated_at: now,
  };
}

/** Told in the words of the importer's columns, so that it comes out as an import would make it. */
function toldSubscription(asked: Asked, buyer: Customer) {
  const key = given(asked.subscription_key, asked.external_subscription_key, asked.external_subscription_id);
  const plan = given(asked.subscription_plan);
  const { subscription_quantity: quantity, subscription_value_in_cents: value } = asked;
  const told = rowSubscription(
    {
      ...(key !== null && { subscription_key: key }),
      ...(plan !== null && { subscription_plan: plan }),
      ...(typeof quantity === "number" && { subscription_quantity: quantity }),
      ...(typeof value === "number" && { subscription_value_in_cents: value }),
    },
    { buyer, currency: asked.currency, before: undefined, owner: undefined },
  );
  if (told instanceof RowProblem) throw new CallerError("invalid", told.message, told.column ?? undefined);
  return told;
}

function refuseTooMuch(change: Change<Customer>): void {
  if (hasTooMany(change)) {
    throw new CallerError(
      "conflict",
      `the customer has ${MOST_SUBSCRIPTIONS} subscriptions already`,
      "subscription_key",
    );
  }
  const problem = tooLong(change.after, change.before?.record);
  if (problem) throw new CallerError("conflict", problem.message, "subscription_key");
}

/** Whether a transaction is what the request tells, as far as that does not depend on when it is told. */
function isSame(there: Transaction, told: Transaction, { created_at }: Asked): boolean {
  const content = (record: Transaction) => [
    record.customer_key,
    record.amount,
    record.currency,
    record.product_key,
    record.category_key,
    record.subscription_key,
    record.subscription_plan,
    record.subscription_terms ?? null,
    record.metadata,
    created_at === undefined || created_at === null ? 0 : record.created_at,
  ];
  return isDeepStrictEqual(content(there), content(told));
}
