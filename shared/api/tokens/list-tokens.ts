import { accessToken } from "../../records/access-token.ts";
import { type Answer, list } from "../envelope.ts";
import { type ListReader, pageOf } from "../paging.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";

interface Dependencies {
  readonly ledger: ListReader;
}

/** Tokens of all of the program's teammates and partners; those that have ended are forgotten after some days. */
export async function listTokens(dependencies: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const { items, has_more } = await pageOf(dependencies, accessToken, principal.program, query);
  return list({ items: items.map((one) => present(accessToken, one)), has_more }, "Tokens retrieved");
}
