import { atOnce } from "../at-once.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { type Customer, customer } from "../records/customer.ts";
import { customerSk, partnerPk } from "../records/place.ts";
import type { Program } from "../records/program.ts";
import { type BaseRecord, type Declaration, isRecordOf } from "../records/record.ts";
import { reward } from "../records/reward.ts";
import { shownCustomer } from "../records/shown-email.ts";
import { transaction } from "../records/transaction.ts";
import { hasPaid } from "./has-paid.ts";
import { type Asked, earnings, spending, type Surroundings } from "./surroundings.ts";

export type SurroundingsReader = Pick<Ledger, "collection" | "find" | "listing" | "walk">;

/** Customers looked at at once. */
export const LOOKS_AT_ONCE = 16;

/** Whose records they are. */
export interface Owner {
  readonly shows: Program;
  readonly partnership: string;
}

/** What the rows of some records tell beside them, looked up for these alone. */
export async function aroundPage<R extends BaseRecord>(
  ledger: SurroundingsReader,
  { shows, partnership }: Owner,
  declaration: Declaration<R>,
  records: readonly R[],
  asks: readonly Asked[],
): Promise<Surroundings> {
  const own = records.filter((one) => isRecordOf<Customer>(customer, declaration, one));
  const known = new Map<string, Customer>(own.map((one) => [one.key, one]));
  const named = own.length > 0 ? [] : distinct(records.map(buyerKeyOf));
  if (asks.includes("buyer")) await addBuyers(ledger, shows.key, known, named);
  const spent = spending();
  const elsewhere = new Set<string>();
  if (asks.includes("spent")) {
    await atOnce(LOOKS_AT_ONCE, own, async (one) => {
      const begins = `${customerSk(one.key)}#T#`;
      for await (const { record } of ledger.collection(transaction, partnerPk(shows.key, partnership, null), begins)) {
        spent.add(record);
      }
      if (!spent.has(one.key) && (await hasPaidElsewhere(ledger, one))) elsewhere.add(one.key);
    });
  }
  const earned = earnings();
  if (asks.includes("earned")) {
    await atOnce(LOOKS_AT_ONCE, named, async (key) => {
      const begins = `${customerSk(key)}#R#`;
      for await (const { record } of ledger.collection(reward, partnerPk(shows.key, partnership, null), begins)) {
        earned.add(record);
      }
    });
  }
  return {
    shows,
    buyer: shownFrom(shows, known),
    spent: ({ key }) => spent.of(key, elsewhere),
    earned: (one) => earned.of(one),
  };
}

/** Whoever has been nobody else's has paid nobody else. */
export const hasPaidElsewhere = async (ledger: Pick<Ledger, "listing">, one: Customer): Promise<boolean> =>
  one.former_partnership_keys.length > 0 && (await hasPaid(ledger, one));

export const shownFrom =
  (shows: Program, known: ReadonlyMap<string, Customer>): Surroundings["buyer"] =>
  (key) => {
    const found = key === null ? undefined : known.get(key);
    return found && shownCustomer(shows, found);
  };

/** The customer that a record is of, by our key. */
export const buyerKeyOf = (one: object): string | null =>
  "customer_key" in one && typeof one.customer_key === "string" ? one.customer_key : null;

export const distinct = (keys: readonly (string | null)[]): string[] => [
  ...new Set(keys.filter((key): key is string => key !== null)),
];

/** Adds the customers of these keys that are not known yet. */
export async function addBuyers(
  ledger: Pick<Ledger, "find">,
  program: string,
  known: Map<string, Customer>,
  keys: readonly string[],
): Promise<void> {
  const missing = keys.filter((key) => !known.has(key));
  if (missing.length === 0) return;
  for (const found of await ledger.find(customer, program, "key", missing)) {
    if (found) known.set(found.record.key, found.record);
  }
}
