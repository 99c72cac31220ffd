import type { Ledger } from "../ledger/ledger.ts";
import { customerLanes } from "../ledger/listing.ts";
import { transaction } from "../records/transaction.ts";

/** Whether a customer has a transaction, whatever its amount, with whichever partner it was made. */
export async function hasPaid(
  ledger: Pick<Ledger, "listing">,
  one: Parameters<typeof customerLanes>[0],
): Promise<boolean> {
  const range = { newestFirst: true, about: 1 };
  const first = await ledger.listing(transaction, customerLanes(one, "T"), range)[Symbol.asyncIterator]().next();
  return first.done !== true;
}
