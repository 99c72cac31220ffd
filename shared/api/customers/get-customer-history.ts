import * as z from "zod";
import type { Ledger } from "../../ledger/ledger.ts";
import { customerLanes } from "../../ledger/listing.ts";
import { type Customer, CUSTOMER_SOURCES } from "../../records/customer.ts";
import { type Transaction, transaction } from "../../records/transaction.ts";
import { type Answer, list } from "../envelope.ts";
import { type QueryValues, readPageRequest } from "../page-request.ts";
import { listPage, notInList, type Page } from "../paging.ts";
import type { ApiRequest } from "../request.ts";
import { customerOf } from "./get-customer.ts";

/** What a customer did: signed up, or paid. */
export const customerEventShape = z.object({
  key: z.string().meta({ description: "Key of the transaction; of a sign-up, of the customer" }),
  type: z.enum(["sign_up", "purchase"]),
  at: z.int().meta({ description: "Epoch milliseconds" }),
  amount: z.int().nullable().meta({ description: "Minor units of the currency; negative for a refund" }),
  currency: z.string().nullable(),
  amount_usd: z.int().nullable().meta({ description: "US cents; null without a rate" }),
  subscription_plan: z.string().nullable(),
  source: z.enum(CUSTOMER_SOURCES).nullable().meta({ description: "Of a sign-up, how the customer came" }),
  partnership_key: z.string().nullable().meta({ description: "Whose the customer was, or for a sign-up is" }),
});

type Event = z.output<typeof customerEventShape>;

const purchase = (one: Transaction): Event => ({
  key: one.key,
  type: "purchase",
  at: one.created_at,
  amount: one.amount,
  currency: one.currency,
  amount_usd: one.amount_usd,
  subscription_plan: one.subscription_plan,
  source: null,
  partnership_key: one.partnership_key,
});

const signUp = (one: Customer): Event => ({
  key: one.key,
  type: "sign_up",
  at: one.created_at,
  amount: null,
  currency: null,
  amount_usd: null,
  subscription_plan: null,
  source: one.source_type,
  partnership_key: one.partnership_key,
});

/**
 * A customer's purchases that count, newest first, and in the end its sign-up, whatever the dates say. A partner sees what was paid while the
 * customer was the partner's.
 */
export async function getCustomerHistory(
  { ledger }: { readonly ledger: Ledger },
  { principal, path, query }: ApiRequest,
): Promise<Answer> {
  const { record } = await customerOf(ledger, principal, path["key"]);
  const seen = principal.kind === "partner" ? { ...record, former_partnership_keys: [] } : record;
  const lanes = customerLanes(seen, "T");
  const read = (asked: QueryValues) =>
    listPage(ledger, transaction, principal.program, asked, {
      lanes,
      isAskedFor: ({ archived }) => !archived,
      async find(key) {
        const [found] = await ledger.find(transaction, principal.program, "key", [key]);
        if (found?.record.customer_key === record.key) return found;
        throw notInList(asked["starting_after"] === undefined ? "ending_before" : "starting_after");
      },
    });
  return list(await pageOf(record, query, read), "History retrieved");
}

async function pageOf(
  one: Customer,
  query: QueryValues,
  read: (query: QueryValues) => Promise<Page<Transaction>>,
): Promise<Page<Event>> {
  const { limit: most, startingAfter, endingBefore } = readPageRequest(query);
  const limit = String(most);
  if (startingAfter === one.key) return { items: [], has_more: false };
  if (endingBefore === one.key) {
    const { items, has_more } = await read({ limit, order_by: "created_at" });
    return { items: items.toReversed().map(purchase), has_more };
  }
  const cursor = {
    ...(startingAfter !== undefined && { starting_after: startingAfter }),
    ...(endingBefore !== undefined && { ending_before: endingBefore }),
  };
  const { items, has_more } = await read({ limit, ...cursor });
  const events = items.map(purchase);
  if (has_more || endingBefore !== undefined) return { items: events, has_more };
  return items.length < most ? { items: [...events, signUp(one)], has_more: false } : { items: events, has_more: true };
}
