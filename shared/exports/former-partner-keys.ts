import type { Ledger } from "../ledger/ledger.ts";
import type { Customer } from "../records/customer.ts";
import { partnership } from "../records/partnership.ts";

/** The partner_keys that the former partners of a customer had at an instant; nobody is not among them. */
export async function formerPartnerKeys(
  ledger: Pick<Ledger, "findAsOf">,
  { program, former_partnership_keys }: Customer,
  at: number,
): Promise<string[]> {
  const keys = former_partnership_keys.filter((key) => key !== "");
  const found = await ledger.findAsOf(partnership, program, keys, at);
  return found.flatMap((one) => one?.partner_key ?? []);
}
