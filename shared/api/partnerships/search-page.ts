import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { searchLanes } from "../../ledger/listing.ts";
import { namePosition } from "../../ledger/stored.ts";
import { type Partnership, partnership } from "../../records/partnership.ts";
import { searchable } from "../../records/searchable.ts";
import { type QueryValues, readPageRequest, readSpan } from "../page-request.ts";
import type { Page } from "../paging.ts";
import { shown } from "../validated.ts";

const LONGEST_SEARCH = 100;

/** Once a page has something on it, looking on for more of what filters ask for ends after so many finds. */
const MOST_LOOKED_AT = 2_500;

/** One page of the partners in whose name, e-mail address or partner_key a text is found, by name. */
export async function searchPage(
  ledger: Pick<Ledger, "find" | "removed" | "searching">,
  program: string,
  query: QueryValues,
  {
    search,
    isAskedFor = () => true,
  }: { readonly search: string; readonly isAskedFor?: ((one: Partnership) => boolean) | undefined },
): Promise<Page<Partnership>> {
  const { limit, startingAfter, endingBefore } = readPageRequest(query);
  const text = search.trim();
  if (text === "") throw new CallerError("invalid", `${shown(search)} is too short`, "search");
  if (text.length > LONGEST_SEARCH) throw new CallerError("invalid", `${shown(search)} is too long`, "search");
  if (query["order_by"] !== undefined) {
    throw new CallerError("invalid", "what is found is sorted by name: leave 'order_by' out", "order_by");
  }
  const spans = [
    ["created_at", readSpan(query, "created")],
    ["updated_at", readSpan(query, "updated")],
  ] as const;
  const isWanted = (one: Partnership): boolean =>
    isAskedFor(one) && spans.every(([at, span]) => !span || (one[at] >= span.from && one[at] <= span.to));
  const newestFirst = endingBefore !== undefined;
  const [parameter, key] = newestFirst ? ["ending_before", endingBefore] : ["starting_after", startingAfter];
  const after = key === undefined ? undefined : await positionOf(ledger, program, parameter, key);
  const lanes = searchLanes(partnership, program, searchable(text));
  const found = ledger.searching(partnership, lanes, { after, newestFirst, about: limit + 1 });
  const page = await read(found, limit, isWanted);
  return newestFirst ? { ...page, items: page.items.toReversed() } : page;
}

async function read(
  found: AsyncIterable<{ readonly record: Partnership }>,
  limit: number,
  isWanted: (one: Partnership) => boolean,
): Promise<Page<Partnership>> {
  const items: Partnership[] = [];
  let lookedAt = 0;
  for await (const { record } of found) {
    lookedAt += 1;
    if (isWanted(record)) {
      if (items.length === limit) return { items, has_more: true };
      items.push(record);
    }
    if (lookedAt >= MOST_LOOKED_AT && items.length > 0) return { items, has_more: true, looked_to: record.key };
  }
  return { items, has_more: false };
}

async function positionOf(
  ledger: Pick<Ledger, "find" | "removed">,
  program: string,
  parameter: string,
  key: string,
): Promise<string> {
  const [stored] = key === "" || key.length > 255 ? [] : await ledger.find(partnership, program, "key", [key]);
  const record =
    stored?.record ?? (key === "" ? undefined : await ledger.removed(partnership, program, key.slice(0, 255)));
  if (record === undefined) {
    throw new CallerError("invalid", `'${parameter}' is the key of no item of this list`, parameter);
  }
  return namePosition(partnership, record);
}
