import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { isEmail } from "../../records/cell.ts";
import { type Partnership, partnership } from "../../records/partnership.ts";

/**
 * Refuses what would have a partner be taken for another one, where paths name partners by key or by address: nobody calls
 * itself by an address or a key of ours that is not its own, nor takes the address that another one calls itself by.
 */
export async function requireMeant(
  ledger: Pick<Ledger, "claims">,
  { program, key, partner_key, email }: Partnership,
  before?: Partnership,
): Promise<void> {
  const address = email.toLowerCase();
  if (partner_key !== before?.partner_key) {
    const isForeign = isEmail(partner_key) ? partner_key.toLowerCase() !== address : /^part_/i.test(partner_key);
    if (isForeign && partner_key !== key) {
      throw new CallerError(
        "invalid",
        "a partner's own key may not look like somebody's address or like ours",
        "partner_key",
      );
    }
  }
  if (address === before?.email.toLowerCase()) return;
  const holders = await ledger.claims(partnership, program, "partner_key", [...new Set([email, address])]);
  if (holders.some((holder) => holder !== undefined && holder.key !== key)) {
    throw new CallerError("conflict", "another partnership has this as its 'partner_key'", "email");
  }
}
