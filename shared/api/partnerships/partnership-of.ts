import type { Principal } from "../../access/principal.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Stored } from "../../ledger/stored.ts";
import { type Partnership, partnership } from "../../records/partnership.ts";
import { findByEitherKey } from "../find-by-either-key.ts";
import { notFound } from "../envelope.ts";
import { makeTestPartner } from "../test-partner.ts";

type Reader = Pick<Ledger, "claims" | "collection" | "commit" | "find" | "read">;

/**
 * The partner that a path names, by our key, its partner_key (also one that it had before) or its e-mail address; a
 * partner's token finds itself only.
 */
export async function partnershipOf(
  ledger: Reader,
  principal: Principal,
  key: string | undefined,
): Promise<Stored<Partnership>> {
  await makeTestPartner(ledger, principal, key);
  const found = await findByEitherKey(ledger, partnership, principal.program, ["key", "partner_key", "email"], key);
  if (principal.kind === "partner" && found.record.key !== principal.partnership) throw notFound();
  return found;
}
