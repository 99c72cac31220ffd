import type { Principal } from "../../access/principal.ts";
import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { PARTNER_STATUSES, type Partnership, partnership } from "../../records/partnership.ts";
import { type Answer, list } from "../envelope.ts";
import { lookByEitherKey } from "../find-by-either-key.ts";
import { groupAskedFor } from "../list-scope.ts";
import { pageOfFew } from "../page-of-few.ts";
import { type QueryValues, readFlag } from "../page-request.ts";
import { listPage, type Page } from "../paging.ts";
import type { ApiRequest } from "../request.ts";
import { findTier, tiersOf } from "../tiers/tiers-of.ts";
import { readChoice } from "../validated.ts";
import { partnershipOf } from "./partnership-of.ts";
import { partnershipsFor } from "./partnership-shape.ts";
import { searchPage } from "./search-page.ts";

interface Dependencies {
  readonly ledger: Ledger;
}

/** Partners, newest first; a partner's token sees itself. */
export async function listPartnerships({ ledger }: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const { items, ...page } = await pageFor(ledger, principal, query);
  return list({ items: await partnershipsFor(ledger, principal, items), ...page }, "Partnerships retrieved");
}

async function pageFor(ledger: Ledger, principal: Principal, query: QueryValues): Promise<Page<Partnership>> {
  const { program } = principal;
  if (principal.kind === "partner") {
    const { record } = await partnershipOf(ledger, principal, principal.partnership);
    return pageOfFew([record], query);
  }
  const isAskedFor = await readFilters(ledger, program, query);
  const { email, search } = query;
  if (email !== undefined) {
    const found = await lookByEitherKey(ledger, partnership, program, ["email"], email);
    return pageOfFew(found === undefined ? [] : [found.record], query, isAskedFor);
  }
  if (search !== undefined) return searchPage(ledger, program, query, { search, isAskedFor });
  return listPage(ledger, partnership, program, query, { isAskedFor });
}

type Filter = (partner: Partnership) => boolean;

/** What a query asks of partners; undefined where it takes all. */
export async function readFilters(
  ledger: Pick<Ledger, "collection">,
  program: string,
  query: QueryValues,
): Promise<Filter | undefined> {
  const status = readChoice(query, "approved_status", PARTNER_STATUSES);
  const archived = readFlag(query, "archived") ?? (readFlag(query, "include_archived") === true ? undefined : false);
  const group = await groupAskedFor(ledger, program, query);
  const { tag, manager, tier_key } = query;
  const tier = tier_key === undefined ? undefined : findTier(await tiersOf(ledger, program), tier_key);
  if (tier_key !== undefined && tier === undefined) {
    throw new CallerError("invalid", `there is no tier '${tier_key}'`, "tier_key");
  }
  const filters: (Filter | undefined)[] = [
    status && ((one) => one.status === status),
    archived === undefined ? undefined : (one) => one.archived === archived,
    group && ((one) => one.group_key === group.key),
    tier && ((one) => one.tier_key === tier.key),
    tag === undefined ? undefined : (one) => one.tags.some((other) => isSame(other, tag)),
    manager === undefined ? undefined : (one) => one.manager !== null && isSame(one.manager, manager),
  ];
  const asked = filters.filter((one) => one !== undefined);
  return asked.length === 0 ? undefined : (partner) => asked.every((holds) => holds(partner));
}

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
