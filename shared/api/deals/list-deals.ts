import type { Ledger } from "../../ledger/ledger.ts";
import { type Deal, deal, DEAL_SOURCES } from "../../records/deal.ts";
import { type Answer, list } from "../envelope.ts";
import { readScope } from "../list-scope.ts";
import type { QueryValues } from "../page-request.ts";
import { listPage } from "../paging.ts";
import { allOf, customersAsked, flagAsked, stageAsked } from "../pipeline/asked-for.ts";
import type { ApiRequest } from "../request.ts";
import { readChoice } from "../validated.ts";
import { presentDeals } from "./deal-shape.ts";

interface Dependencies {
  readonly ledger: Ledger;
}

/** Deals, newest first: the program's, or a partner's own. */
export async function listDeals({ ledger }: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const { program } = principal;
  const { partnership, isInGroup } = await readScope(ledger, principal, query);
  const isAskedFor = allOf<Deal>([
    await stageAsked(ledger, principal, query, { name: "stage", stagesOf: (group) => group.deal_stages }),
    sourceAsked(query),
    await customersAsked(ledger, principal, query),
    flagAsked(query, "archived"),
    isInGroup,
  ]);
  const { items, ...page } = await listPage(ledger, deal, program, query, { partnership, isAskedFor });
  return list({ items: await presentDeals(ledger, program, items), ...page }, "Deals retrieved");
}

function sourceAsked(query: QueryValues) {
  const wanted = readChoice(query, "source", DEAL_SOURCES);
  return wanted === undefined ? undefined : ({ source }: Deal) => source === wanted;
}
