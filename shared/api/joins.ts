import type { Ledger } from "../ledger/ledger.ts";
import { type Customer, customer } from "../records/customer.ts";
import { type Partnership, partnership } from "../records/partnership.ts";
import { partnerPk } from "../records/place.ts";
import { shownCustomer, shownReferral } from "../records/shown-email.ts";
import { type Transaction, transaction } from "../records/transaction.ts";
import { loadProgram } from "./load-program.ts";

/** Records that others refer to by key. */
export type Joined<R> = (key: string | null) => R | undefined;

const distinct = (keys: readonly (string | null)[]): string[] => [
  ...new Set(keys.filter((key): key is string => key !== null)),
];

const byKey = <R>(keys: readonly string[], found: readonly ({ readonly record: R } | undefined)[]): Joined<R> => {
  const known = new Map(keys.map((key, at) => [key, found[at]?.record]));
  return (key) => (key === null ? undefined : known.get(key));
};

/** The partnerships that records belong to, each read once. */
export async function partnershipsOf(
  ledger: Pick<Ledger, "read">,
  program: string,
  records: readonly { readonly partnership_key: string | null }[],
): Promise<Joined<Partnership>> {
  const keys = distinct(records.map(({ partnership_key }) => partnership_key));
  const places = keys.map((key) => ({ pk: partnerPk(program, key, null), sk: "#" }));
  return byKey(keys, keys.length === 0 ? [] : await ledger.read(partnership, places));
}

/** The customers that records are of, each read once, and with nothing in them that nobody is to be told. */
export async function customersOf(
  ledger: Pick<Ledger, "find" | "read">,
  program: string,
  records: readonly { readonly customer_key: string | null }[],
): Promise<Joined<Customer>> {
  const keys = distinct(records.map(({ customer_key }) => customer_key));
  if (keys.length === 0) return byKey<Customer>(keys, []);
  const [settings, found] = await Promise.all([
    loadProgram(ledger, program),
    ledger.find(customer, program, "key", keys),
  ]);
  return byKey(
    keys,
    found.map((one) => one && { record: shownCustomer(settings, one.record) }),
  );
}

/** The transactions that records are of, each read once. */
export async function transactionsOf(
  ledger: Pick<Ledger, "find">,
  program: string,
  records: readonly { readonly transaction_key: string | null }[],
): Promise<Joined<Transaction>> {
  const keys = distinct(records.map(({ transaction_key }) => transaction_key));
  return byKey(keys, keys.length === 0 ? [] : await ledger.find(transaction, program, "key", keys));
}

interface Referral {
  readonly email: string | null;
  readonly external_key: string | null;
  readonly customer_key: string | null;
}

/** Leads or deals, with no address in them that nobody is to be told. */
export async function shownReferrals<R extends Referral>(
  ledger: Pick<Ledger, "find" | "read">,
  program: string,
  records: readonly R[],
): Promise<R[]> {
  const [settings, buyerOf] = await Promise.all([loadProgram(ledger, program), customersOf(ledger, program, records)]);
  return records.map((one) => shownReferral(settings, one, buyerOf(one.customer_key)));
}
