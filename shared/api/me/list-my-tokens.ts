import { tokensOfPrincipal } from "../../access/tokens-of-principal.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { type AccessToken, accessToken } from "../../records/access-token.ts";
import { type Answer, list } from "../envelope.ts";
import { newestFirst, pageOfAll } from "../paging.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "collection">;
}

/** The caller's tokens, which a session of signing in is, too. */
export async function listMyTokens({ ledger }: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const pk = tokensOfPrincipal(principal);
  const all: AccessToken[] = [];
  if (pk !== undefined) for await (const { record } of ledger.collection(accessToken, pk)) all.push(record);
  const { items, has_more } = pageOfAll(newestFirst(all), query);
  return list({ items: items.map((one) => present(accessToken, one)), has_more }, "Tokens retrieved");
}
