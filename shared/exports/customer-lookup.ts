import { isOf, type PastRecord } from "../ledger/as-of.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { type Customer, customer } from "../records/customer.ts";
import { deal } from "../records/deal.ts";
import { lead } from "../records/lead.ts";
import { reward } from "../records/reward.ts";
import { transaction } from "../records/transaction.ts";

/** What rows of other files tell of a customer. */
export type NamedCustomer = Pick<Customer, "key" | "customer_key" | "name" | "hides_email">;

/** Customers of one collection that are kept in mind for its deals and leads: some megabytes at most. */
const MOST_REMEMBERED = 20_000;

/**
 * The customers that a collection's records name. Most of them lie in the collection itself; who has moved on, or has
 * been forgotten, is looked up for a whole page at once.
 */
export function customerLookup(ledger: Pick<Ledger, "findAsOf">, program: string, at: number) {
  const remembered = new Map<string, NamedCustomer>();
  let found = new Map<string, Customer | undefined>();

  return {
    /** Looks up whom the records of a page name and who is not among them; `passing` is whose records come by now. */
    async prepare(page: readonly PastRecord[], passing: string | null): Promise<void> {
      const missing = new Set<string>();
      let current = passing;
      for (const past of page) {
        if (isOf(customer, past)) {
          const { key, customer_key, name, hides_email } = past.record;
          current = key;
          if (remembered.size < MOST_REMEMBERED) remembered.set(key, { key, customer_key, name, hides_email });
        } else if (isOf(reward, past) || isOf(transaction, past)) {
          const { customer_key: buyer } = past.record;
          if (buyer === null || buyer === current) continue;
          current = buyer;
          missing.add(buyer);
        } else if (isOf(deal, past) || isOf(lead, past)) {
          const { customer_key: became } = past.record;
          if (became !== null && !remembered.has(became)) missing.add(became);
        }
      }
      const keys = [...missing];
      const records = keys.length === 0 ? [] : await ledger.findAsOf(customer, program, keys, at);
      found = new Map(keys.map((key, index) => [key, records[index]]));
    },
    found: (key: string): Customer | undefined => found.get(key),
    named: (key: string | null): NamedCustomer | undefined =>
      key === null ? undefined : (remembered.get(key) ?? found.get(key)),
  };
}
