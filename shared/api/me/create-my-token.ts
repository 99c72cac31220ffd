import type { RandomToken } from "../../access/credentials.ts";
import { findTeammate } from "../../access/teammates.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Clock, Table } from "../../ports.ts";
import { type Answer, forbidden, unauthenticated } from "../envelope.ts";
import type { ApiRequest } from "../request.ts";
import { ownTokenRequest } from "../tokens/create-token.ts";
import { handOut } from "../tokens/hand-out.ts";
import { validated } from "../validated.ts";

interface Dependencies {
  readonly table: Pick<Table, "get">;
  readonly ledger: Pick<Ledger, "collection" | "commit">;
  readonly clock: Clock;
  readonly randomToken: RandomToken;
}

/** Makes a token for the teammate who asks; a pair of keys is nobody who could have one. */
export async function createMyToken(deps: Dependencies, request: ApiRequest): Promise<Answer> {
  const { body, principal } = request;
  const { program, kind, id } = principal;
  if (kind !== "teammate") throw forbidden();
  const terms = validated(ownTokenRequest, body === undefined ? {} : body);
  const teammate = await findTeammate(deps.table, program, id);
  // Who has been removed within this minute may still be remembered by the gateway.
  if (teammate === undefined) throw unauthenticated();
  const { email, membership } = teammate;
  return handOut(deps, request, { program, kind, email, membership }, terms);
}
