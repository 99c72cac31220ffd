import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { programLanes, searchLanes } from "../../ledger/listing.ts";
import { namePosition } from "../../ledger/stored.ts";
import { paidCounter } from "../../partners/paid-customers.ts";
import { definitions, partnerColumns, partnerRows, presentColumns } from "../../partners/partner-rows.ts";
import type { Clock, Table } from "../../ports.ts";
import { type Partnership, PARTNER_STATUSES, partnership } from "../../records/partnership.ts";
import { searchable } from "../../records/searchable.ts";
import { type Answer, one } from "../envelope.ts";
import { groupAskedFor, groupsOf } from "../list-scope.ts";
import { type QueryValues, readFlag, readPageRequest, readSpan } from "../page-request.ts";
import { aboutFor, listPage, notInList, type Page, takePage } from "../paging.ts";
import type { ApiRequest } from "../request.ts";
import { notOneOf, readChoice } from "../validated.ts";
import { csvAnswer } from "./csv-answer.ts";
import { FORMATS } from "./table-query.ts";

interface Dependencies {
  readonly ledger: Ledger;
  readonly table: Pick<Table, "write">;
  readonly clock: Clock;
}

/** Records that may be read with one page to count anew who has paid: some megabytes. */
const MOST_COUNTED = 20_000;

const BY_NAME = ["name", "-name"] as const;

/** The ways that an index has partners in order. */
export const PARTNER_ORDERS = ["-created_at", "created_at", "-updated_at", "updated_at", ...BY_NAME] as const;

/** The table of all partners, or what is asked for of it, with what they have brought. */
export async function listPartners(dependencies: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const { ledger, clock } = dependencies;
  const { program } = principal;
  const as_of = clock();
  const [groups, isAskedFor] = await Promise.all([groupsOf(ledger, program), readFilters(ledger, program, query)]);
  const order = readOrder(query);
  const countPaid = paidCounter(dependencies, as_of, MOST_COUNTED);
  const rowsOf = (partners: readonly Partnership[]) => partnerRows({ ledger, groups, countPaid, as_of }, partners);
  if (readChoice(query, "format", FORMATS) === "csv") {
    return csvAnswer(partnerColumns, inParts(allOf(ledger, program, query, order), isAskedFor, rowsOf));
  }
  const { items, ...page } = isByName(order)
    ? await pageByName(ledger, program, query, { order, isAskedFor })
    : await listPage(ledger, partnership, program, { ...query, order_by: order }, { isAskedFor });
  const shown = (await rowsOf(items)).map((row) => presentColumns(partnerColumns, row));
  return one({ items: shown, ...page, definitions: definitions() }, "Partners retrieved");
}

type Order = (typeof PARTNER_ORDERS)[number];
type ByName = (typeof BY_NAME)[number];

const isByName = (order: Order): order is ByName => order === "name" || order === "-name";

const textOf = ({ search = "" }: QueryValues): string => searchable(search.trim());

/** What is searched for comes by name, as the index has it. */
function readOrder(query: QueryValues): Order {
  const isSearch = textOf(query) !== "";
  const order = readChoice(query, "order_by", PARTNER_ORDERS) ?? (isSearch ? "name" : "-created_at");
  if (isSearch && !isByName(order)) {
    throw new CallerError("invalid", `with 'search', ${notOneOf(order, BY_NAME)}`, "order_by");
  }
  return order;
}

type IsAskedFor = ((partner: Partnership) => boolean) | undefined;

/** Reads `group`, `manager`, `tag`, `archived`, `status`, and when partners joined. */
async function readFilters(ledger: Ledger, program: string, query: QueryValues): Promise<IsAskedFor> {
  const group = await groupAskedFor(ledger, program, query);
  const { manager, tag } = query;
  const archived = readFlag(query, "archived");
  const status = readChoice(query, "status", PARTNER_STATUSES);
  const [joined, created] = [readSpan(query, "joined"), readSpan(query, "created")];
  const is = (wanted: string) => (value: string) => searchable(value) === searchable(wanted);
  const tests: ((partner: Partnership) => boolean)[] = [
    ...(group ? [(partner: Partnership) => partner.group_key === group.key] : []),
    ...(manager === undefined ? [] : [({ manager: name }: Partnership) => name !== null && is(manager)(name)]),
    ...(tag === undefined ? [] : [(partner: Partnership) => partner.tags.some(is(tag))]),
    ...(archived === undefined ? [] : [(partner: Partnership) => partner.archived === archived]),
    ...(status === undefined ? [] : [(partner: Partnership) => partner.status === status]),
    ...(joined ? [({ joined_at }: Partnership) => joined_at >= joined.from && joined_at <= joined.to] : []),
    ...(created ? [({ created_at }: Partnership) => created_at >= created.from && created_at <= created.to] : []),
  ];
  return tests.length === 0 ? undefined : (partner) => tests.every((test) => test(partner));
}

async function pageByName(
  ledger: Ledger,
  program: string,
  query: QueryValues,
  { order, isAskedFor }: { readonly order: ByName; readonly isAskedFor: IsAskedFor },
): Promise<Page<Partnership>> {
  const { limit, startingAfter, endingBefore } = readPageRequest(query);
  const isBackward = endingBefore !== undefined;
  const cursor = endingBefore ?? startingAfter;
  const after = cursor === undefined ? undefined : await cursorPosition(ledger, program, cursor, isBackward);
  const newestFirst = (order === "-name") !== isBackward;
  const range = { after, newestFirst, about: aboutFor(limit, isAskedFor) };
  const records = ledger.searching(partnership, searchLanes(partnership, program, textOf(query)), range);
  const page = await takePage(records, { limit, isAskedFor });
  return isBackward ? { ...page, items: page.items.toReversed() } : page;
}

/** Keys that somebody made up may be longer than a table key can be. */
const LONGEST_KEY = 255;

async function cursorPosition(ledger: Ledger, program: string, key: string, isBackward: boolean): Promise<string> {
  const isKey = key !== "" && key.length <= LONGEST_KEY;
  const [stored] = isKey ? await ledger.find(partnership, program, "key", [key]) : [];
  const record = stored?.record ?? (isKey ? await ledger.removed(partnership, program, key) : undefined);
  if (record === undefined) throw notInList(isBackward ? "ending_before" : "starting_after");
  return namePosition(partnership, record);
}

/** So many rows are made at once for a file. */
const ROWS_AT_ONCE = 250;

function allOf(ledger: Ledger, program: string, query: QueryValues, order: Order) {
  const range = { newestFirst: order.startsWith("-"), about: ROWS_AT_ONCE };
  if (isByName(order)) {
    return ledger.searching(partnership, searchLanes(partnership, program, textOf(query)), range);
  }
  const by = order.endsWith("updated_at") ? "updated_at" : "created_at";
  return ledger.listing(partnership, programLanes(partnership, program, by), range);
}

async function* inParts<Row>(
  partners: AsyncIterable<{ readonly record: Partnership }>,
  isAskedFor: IsAskedFor,
  rowsOf: (partners: readonly Partnership[]) => Promise<readonly Row[]>,
): AsyncGenerator<Row> {
  let part: Partnership[] = [];
  for await (const { record } of partners) {
    if (isAskedFor?.(record) === false) continue;
    part.push(record);
    if (part.length < ROWS_AT_ONCE) continue;
    yield* await rowsOf(part);
    part = [];
  }
  yield* await rowsOf(part);
}
