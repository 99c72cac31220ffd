import type { Ledger } from "../../ledger/ledger.ts";
import { type Answer, list } from "../envelope.ts";
import { groupsOf } from "../list-scope.ts";
import { pageOfFew } from "../page-of-few.ts";
import type { ApiRequest } from "../request.ts";
import { presentGroup } from "./group-shape.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "collection">;
}

/** The program's groups, newest first, archived ones among them. */
export async function listGroups({ ledger }: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const { items, has_more } = pageOfFew(await groupsOf(ledger, principal.program), query);
  return list({ items: items.map(presentGroup), has_more }, "Groups retrieved");
}
