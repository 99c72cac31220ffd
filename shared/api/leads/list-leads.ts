import type { Ledger } from "../../ledger/ledger.ts";
import { type Lead, lead } from "../../records/lead.ts";
import { type Answer, list } from "../envelope.ts";
import { readScope } from "../list-scope.ts";
import { listPage } from "../paging.ts";
import { allOf, flagAsked, stageAsked } from "../pipeline/asked-for.ts";
import type { ApiRequest } from "../request.ts";
import { presentLeads } from "./lead-shape.ts";

interface Dependencies {
  readonly ledger: Ledger;
}

/** Leads, newest first: the program's, or a partner's own. */
export async function listLeads({ ledger }: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const { program } = principal;
  const { partnership, isInGroup } = await readScope(ledger, principal, query);
  const isAskedFor = allOf<Lead>([
    await stageAsked(ledger, principal, query, { name: "status", stagesOf: (group) => group.lead_statuses }),
    flagAsked(query, "approved"),
    flagAsked(query, "archived"),
    isInGroup,
  ]);
  const { items, ...page } = await listPage(ledger, lead, program, query, { partnership, isAskedFor });
  return list({ items: await presentLeads(ledger, program, items), ...page }, "Leads retrieved");
}
