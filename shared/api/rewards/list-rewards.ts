import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { partnerLanes } from "../../ledger/listing.ts";
import { type Reward, reward } from "../../records/reward.ts";
import { type Answer, list } from "../envelope.ts";
import { readMoneyScope } from "../money-scope.ts";
import { type QueryValues, readSpan, type Span } from "../page-request.ts";
import { listPage, type ListOptions, type Page, pageOfAll } from "../paging.ts";
import type { ApiRequest } from "../request.ts";
import { rewardFilters } from "./reward-filters.ts";
import { rewardsFor } from "./reward-shape.ts";

interface Dependencies {
  readonly ledger: Ledger;
}

/** What no index sorts by, and so only what one partner has. */
export const PARTNERS_ORDERS = ["-amount", "amount", "-ready_at", "ready_at"] as const;

/** More of one partner's are not sorted for a page. */
const MOST_SORTED = 5_000;

/** Keywords are looked for in names, which take reads of their own. */
const MOST_LOOKED_UP_IN_VAIN = 1_000;

/** Rewards, newest first: the program's, a partner's own, or a customer's. */
export async function listRewards({ ledger }: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const { program } = principal;
  const own = await rewardFilters(ledger, principal, query);
  const scope = await readMoneyScope(ledger, principal, query, { declaration: reward, what: "R", own });
  const mostInVain = query["keywords"] === undefined ? undefined : MOST_LOOKED_UP_IN_VAIN;
  const order = PARTNERS_ORDERS.find((one) => one === query["order_by"]);
  const { items, ...page } =
    order === undefined
      ? await listPage(ledger, reward, program, query, { ...scope, mostInVain })
      : await sortedPage(ledger, program, query, scope, order);
  return list({ items: await rewardsFor(ledger, principal, items), ...page }, "Rewards retrieved");
}

async function sortedPage(
  ledger: Pick<Ledger, "listing">,
  program: string,
  query: QueryValues,
  { partnership, lanes, isAskedFor }: ListOptions<Reward>,
  order: (typeof PARTNERS_ORDERS)[number],
): Promise<Page<Reward>> {
  if (partnership === undefined) {
    throw new CallerError("invalid", `only the rewards of one partner are sorted by '${order}'`, "order_by");
  }
  const [created, updated] = [readSpan(query, "created"), readSpan(query, "updated")];
  const found: Reward[] = [];
  let read = 0;
  const from = lanes ?? partnerLanes(reward, program, partnership);
  for await (const { record } of ledger.listing(reward, from, { newestFirst: true, about: MOST_SORTED })) {
    if (!isWithin(created, record.created_at)) continue;
    read += 1;
    if (read > MOST_SORTED) {
      throw new CallerError(
        "invalid",
        `more than ${MOST_SORTED} are not sorted: narrow the list by its dates`,
        "order_by",
      );
    }
    if (!isWithin(updated, record.updated_at)) continue;
    if (isAskedFor === undefined || (await isAskedFor(record))) found.push(record);
  }
  const sign = order.startsWith("-") ? -1 : 1;
  // What is ready at once comes before what has a day.
  const of = (one: Reward): number => (order.endsWith("amount") ? one.amount : (one.ready_at ?? 0));
  const sorted = found.toSorted(
    (a, b) => sign * (of(a) - of(b)) || b.created_at - a.created_at || (a.key < b.key ? 1 : -1),
  );
  return pageOfAll(sorted, query);
}

const isWithin = (span: Span | undefined, instant: number): boolean =>
  span === undefined || (instant >= span.from && instant <= span.to);
