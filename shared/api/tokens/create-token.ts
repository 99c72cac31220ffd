import { RECORD_KINDS } from "../../access/permissions.ts";
import { allowsRead } from "../../access/principal.ts";
import * as z from "zod";
import type { RandomToken, TokenHolder } from "../../access/credentials.ts";
import { findByKey } from "../../access/find-by-key.ts";
import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Clock } from "../../ports.ts";
import { partnership } from "../../records/partnership.ts";
import { type Answer, forbidden } from "../envelope.ts";
import type { ApiRequest } from "../request.ts";
import { shown, validated } from "../validated.ts";
import { handOut } from "./hand-out.ts";

const name = z.string().trim().min(1).max(100).meta({ description: "What it is for" });

const days = z.int().min(1).max(365);

/** What a request for a partner's token says. */
export const partnerTokenRequest = z.strictObject({
  partnership_key: z.string().min(1).max(255).meta({ description: "Our key of the partner whose it is" }),
  name,
  expires_in_days: days.default(90),
});

/** What a request for a token of one's own says. */
export const ownTokenRequest = z.strictObject({
  name,
  expires_in_days: days.nullable().default(90).meta({ description: "null: it does not expire" }),
});

interface Dependencies {
  readonly ledger: Pick<Ledger, "collection" | "commit" | "read">;
  readonly clock: Clock;
  readonly randomToken: RandomToken;
}

/** Makes a token for a partner. Tokens of teammates are made by themselves: nobody acts in another one's name. */
export async function createToken(deps: Dependencies, request: ApiRequest): Promise<Answer> {
  const { body, principal } = request;
  const { program } = principal;
  // A partner's token reads these: nobody gives more than they have.
  if (!RECORD_KINDS.every((kind) => allowsRead(principal, kind))) throw forbidden();
  const { partnership_key, ...terms } = validated(partnerTokenRequest, body === undefined ? {} : body);
  const found = await findByKey(deps.ledger, partnership, program, partnership_key);
  if (found === undefined)
    throw new CallerError("invalid", `${shown(partnership_key)} is not a partner of this program`, "partnership_key");
  const { archived, email, key, status } = found.record;
  if (archived || status !== "approved")
    throw new CallerError("conflict", `the partner is ${archived ? "archived" : status}`, "partnership_key");
  const holder: TokenHolder = { program, kind: "partner", email, partnership: key };
  return handOut(deps, request, holder, terms);
}
