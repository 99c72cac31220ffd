import type { Principal } from "../../access/principal.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { type Partnership, partnership } from "../../records/partnership.ts";
import { partnerPk } from "../../records/place.ts";
import { notFound } from "../envelope.ts";
import { findByEitherKey } from "../find-by-either-key.ts";

/** The partner that a path names, by our key, the partner_key or the e-mail address; a partner's token is `me`, and finds itself only. */
export async function partnerOfPath(
  ledger: Pick<Ledger, "find" | "read">,
  { program, kind, partnership: own = "" }: Principal,
  key: string | undefined,
): Promise<Partnership> {
  if (kind !== "partner") {
    return (await findByEitherKey(ledger, partnership, program, ["key", "partner_key", "email"], key)).record;
  }
  const [stored] = await ledger.read(partnership, [{ pk: partnerPk(program, own, null), sk: "#" }]);
  if (stored === undefined) throw notFound();
  const { record } = stored;
  const names = ["me", record.key, record.partner_key];
  if (!names.includes(key ?? "") && record.email.toLowerCase() !== key?.toLowerCase()) throw notFound();
  return record;
}
