import type { Principal } from "../../access/principal.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Stored } from "../../ledger/stored.ts";
import { type Deal, deal } from "../../records/deal.ts";
import { type Answer, notFound, one } from "../envelope.ts";
import { findByEitherKey } from "../find-by-either-key.ts";
import type { ApiRequest } from "../request.ts";
import { presentDeals } from "./deal-shape.ts";

interface Dependencies {
  readonly ledger: Ledger;
}

/** The deal that a path names, by our key or yours; a partner finds its own only. */
export async function dealOf(
  ledger: Pick<Ledger, "find">,
  { program, kind, partnership }: Principal,
  key: string | undefined,
): Promise<Stored<Deal>> {
  const found = await findByEitherKey(ledger, deal, program, ["key", "external_key"], key);
  if (kind === "partner" && found.record.partnership_key !== partnership) throw notFound();
  return found;
}

/** One deal. */
export async function getDeal({ ledger }: Dependencies, { principal, path }: ApiRequest): Promise<Answer> {
  const { record } = await dealOf(ledger, principal, path["key"]);
  const [shown = {}] = await presentDeals(ledger, principal.program, [record]);
  return one(shown, "Deal retrieved");
}
