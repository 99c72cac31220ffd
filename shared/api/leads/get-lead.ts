import type { Principal } from "../../access/principal.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Stored } from "../../ledger/stored.ts";
import { type Lead, lead } from "../../records/lead.ts";
import { type Answer, notFound, one } from "../envelope.ts";
import { findByEitherKey } from "../find-by-either-key.ts";
import type { ApiRequest } from "../request.ts";
import { presentLeads } from "./lead-shape.ts";

interface Dependencies {
  readonly ledger: Ledger;
}

/** The lead that a path names, by our key or yours; a partner finds its own only. */
export async function leadOf(
  ledger: Pick<Ledger, "find">,
  { program, kind, partnership }: Principal,
  key: string | undefined,
): Promise<Stored<Lead>> {
  const found = await findByEitherKey(ledger, lead, program, ["key", "external_key"], key);
  if (kind === "partner" && found.record.partnership_key !== partnership) throw notFound();
  return found;
}

/** One lead. */
export async function getLead({ ledger }: Dependencies, { principal, path }: ApiRequest): Promise<Answer> {
  const { record } = await leadOf(ledger, principal, path["key"]);
  const [shown = {}] = await presentLeads(ledger, principal.program, [record]);
  return one(shown, "Lead retrieved");
}
