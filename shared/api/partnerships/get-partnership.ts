import type { Ledger } from "../../ledger/ledger.ts";
import { type Answer, one } from "../envelope.ts";
import { findByEitherKey } from "../find-by-either-key.ts";
import { partnership } from "../../records/partnership.ts";
import type { ApiRequest } from "../request.ts";
import { partnershipKeyOf } from "./key-beside.ts";
import { partnershipOf } from "./partnership-of.ts";
import { partnershipsFor } from "./partnership-shape.ts";
import { presentTeam, TEAM_PREFIX } from "./team-shape.ts";

interface Dependencies {
  readonly ledger: Ledger;
}

/** One partner. */
export async function getPartnership({ ledger }: Dependencies, { principal, path }: ApiRequest): Promise<Answer> {
  const { record } = await partnershipOf(ledger, principal, path["key"]);
  const [shown = {}] = await partnershipsFor(ledger, principal, [record]);
  return one(shown, "Partnership retrieved");
}

/** The team of a partner, by its own key or one of the partner's. */
export async function getPartnerTeam({ ledger }: Dependencies, { principal, path }: ApiRequest): Promise<Answer> {
  const { key = "" } = path;
  const fields = ["key", "partner_key", "email"];
  const { record } = await findByEitherKey(
    ledger,
    partnership,
    principal.program,
    fields,
    partnershipKeyOf(TEAM_PREFIX, key),
  );
  return one(presentTeam(record), "Partner team retrieved");
}
