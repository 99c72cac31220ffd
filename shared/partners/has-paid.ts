import type { Ledger } from "../ledger/ledger.ts";
import { customerLanes } from "../ledger/listing.ts";
import { transaction } from "../records/transaction.ts";

/** Whether a customer has a transaction that counts, whatever its amount, with whichever partner it was made. */
export async function hasPaid(
  ledger: Pick<Ledger, "listing">,
  one: Parameters<typeof customerLanes>[0],
): Promise<boolean> {
  const range = { newestFirst: true, about: 1 };
  for await (const { record } of ledger.listing(transaction, customerLanes(one, "T"), range)) {
    if (!record.archived) return true;
  }
  return false;
}
