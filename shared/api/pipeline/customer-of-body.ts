import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { customer } from "../../records/customer.ts";
import { lookByEitherKey } from "../find-by-either-key.ts";

/** Our key of the customer that a body names, by either key; null takes it back, undefined says nothing. */
export async function customerOfBody(
  ledger: Pick<Ledger, "find">,
  program: string,
  named: string | null | undefined,
): Promise<string | null | undefined> {
  if (named === null || named === undefined) return named;
  const found = await lookByEitherKey(ledger, customer, program, ["key", "customer_key"], named);
  if (found === undefined) throw new CallerError("invalid", `there is no customer '${named}'`, "customer_key");
  return found.record.key;
}
