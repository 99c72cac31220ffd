import { findByKey } from "../../access/find-by-key.ts";
import { tokensOfPrincipal } from "../../access/tokens-of-principal.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Clock } from "../../ports.ts";
import { accessToken } from "../../records/access-token.ts";
import { type Answer, notFound } from "../envelope.ts";
import type { ApiRequest } from "../request.ts";
import { revoke } from "../tokens/revoke-token.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "commit" | "read">;
  readonly clock: Clock;
}

/** Puts a token of the caller's out of use for good: another's is as missing as one that never was. */
export async function revokeMyToken(deps: Dependencies, request: ApiRequest): Promise<Answer> {
  const { principal, path } = request;
  const before = await findByKey(deps.ledger, accessToken, principal.program, path["key"]);
  if (before === undefined || before.place.pk !== tokensOfPrincipal(principal)) throw notFound();
  return revoke(deps, request, before);
}
