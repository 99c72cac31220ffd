import * as z from "zod";
import { allows, type Principal } from "../../access/principal.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { partnerLanes } from "../../ledger/listing.ts";
import { customer } from "../../records/customer.ts";
import { deal } from "../../records/deal.ts";
import { lead } from "../../records/lead.ts";
import type { BaseRecord, Declaration } from "../../records/record.ts";
import { reward } from "../../records/reward.ts";
import { transaction } from "../../records/transaction.ts";
import { customersOf } from "../joins.ts";

/** The latest events of a partner. */
const MOST_EVENTS = 20;

/** Something that came of a partner. */
export const activityShape = z.object({
  type: z.enum(["sign_up", "purchase", "reward", "lead", "deal"]),
  key: z.string().meta({ description: "Key of the record" }),
  at: z.int().meta({ description: "Epoch milliseconds" }),
  amount: z.int().nullable().meta({ description: "Minor units of the currency" }),
  currency: z.string().nullable(),
  status: z.string().nullable().meta({ description: "Of a reward or lead where it stands, of a deal its stage" }),
  name: z.string().nullable().meta({ description: "Of whom it tells: the customer, lead or account" }),
  customer_key: z.string().nullable().meta({ description: "Our key of the customer (cus_...), if any" }),
});

type Event = z.output<typeof activityShape>;

/** The latest events of a partner, of the kinds that the caller may read, newest first. */
export async function partnerActivity(
  ledger: Pick<Ledger, "find" | "listing" | "read">,
  principal: Principal,
  partnership: string,
): Promise<Event[]> {
  const { program } = principal;
  const latest = async <R extends BaseRecord>(
    declaration: Declaration<R>,
    permission: Parameters<typeof allows>[1],
    eventOf: (record: R) => Event,
  ): Promise<Event[]> => {
    if (!allows(principal, permission)) return [];
    const events: Event[] = [];
    const lanes = partnerLanes(declaration, program, partnership);
    for await (const { record } of ledger.listing(declaration, lanes, { newestFirst: true, about: MOST_EVENTS })) {
      // What is archived counts nowhere.
      if ("archived" in record && record.archived === true && declaration.kind !== customer.kind) continue;
      events.push(eventOf(record));
      if (events.length === MOST_EVENTS) break;
    }
    return events;
  };
  const none = { amount: null, currency: null, status: null, name: null };
  const found = await Promise.all([
    latest(customer, "records:read:customers", ({ key, created_at: at, name }) => ({
      ...none,
      type: "sign_up",
      key,
      at,
      name,
      customer_key: key,
    })),
    latest(transaction, "records:read:transactions", ({ key, created_at: at, amount, currency, customer_key }) => ({
      ...none,
      type: "purchase",
      key,
      at,
      amount,
      currency,
      customer_key,
    })),
    latest(
      reward,
      "records:read:rewards",
      ({ key, created_at: at, amount, currency, reward_status, customer_key }) => ({
        ...none,
        type: "reward",
        key,
        at,
        amount,
        currency,
        status: reward_status,
        customer_key,
      }),
    ),
    latest(lead, "records:read:leads", ({ key, created_at: at, amount, currency, status, customer_key, ...one }) => ({
      ...none,
      type: "lead",
      key,
      at,
      status,
      customer_key,
      ...(amount !== null && { amount, currency }),
      name: [one.first_name, one.last_name].filter((part) => part !== null).join(" ") || one.company,
    })),
    latest(
      deal,
      "records:read:deals",
      ({ key, created_at: at, amount, currency, stage, customer_key, account_name }) => ({
        type: "deal",
        key,
        at,
        amount,
        currency,
        customer_key,
        status: stage,
        name: account_name,
      }),
    ),
  ]);
  const events = found
    .flat()
    .toSorted((one, other) => other.at - one.at || (one.key < other.key ? 1 : -1))
    .slice(0, MOST_EVENTS);
  const unnamed = events.filter(({ name }) => name === null);
  const buyerOf = await customersOf(ledger, program, unnamed);
  return events.map((event) => ({ ...event, name: event.name ?? buyerOf(event.customer_key)?.name ?? null }));
}
