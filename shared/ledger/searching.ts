import { INDEXES, LIST_SHARDS } from "../names.ts";
import type { Item, Table } from "../ports.ts";
import { listPk, sortable } from "../records/place.ts";
import type { BaseRecord, Declaration } from "../records/record.ts";
import { searchable } from "../records/searchable.ts";
import type { ListingRange } from "./listing.ts";
import type { Reader } from "./reader.ts";
import { attribute, type Stored } from "./stored.ts";

const { sk: ORDER, includes } = INDEXES.search;
const [TEXT] = includes;

/** Where a record stands among what is found. */
export function searchPosition<R extends BaseRecord>({ kind, searched }: Declaration<R>, record: R): string {
  if (searched === undefined) throw new Error(`nobody can search for a ${kind}`);
  return sortable(`${searched.order(record)}#${record.key}`);
}

/** The records whose text holds another one, in the order of finds, merged from the shards of the index. */
export async function* searching<R extends BaseRecord>(
  { table, read }: { readonly table: Pick<Table, "query">; readonly read: Reader["read"] },
  declaration: Declaration<R>,
  program: string,
  { text, after, newestFirst, about }: ListingRange & { readonly text: string },
): AsyncGenerator<Stored<R>> {
  const wanted = searchable(text);
  const shards = Array.from({ length: LIST_SHARDS }, (_, shard) =>
    itemsOf(
      table.query({
        pk: listPk(program, declaration.kind, shard),
        index: "search",
        holding: { attribute: TEXT, text: wanted },
        newestFirst,
        ...(after !== undefined && { after }),
      }),
    ),
  );
  let waiting: Item[] = [];
  for await (const found of merged(shards, newestFirst)) {
    waiting.push(found);
    if (waiting.length < about) continue;
    yield* await records(waiting);
    waiting = [];
  }
  yield* await records(waiting);

  /** The index may lag: what counts is what the record says. */
  async function records(items: readonly Item[]): Promise<Stored<R>[]> {
    const stored = await read(declaration, items);
    return stored
      .filter((one) => one !== undefined)
      .filter(({ record }) => declaration.searched?.text(record).includes(wanted) ?? false);
  }
}

async function* itemsOf(pages: AsyncIterable<readonly Item[]>): AsyncGenerator<Item> {
  for await (const page of pages) yield* page;
}

async function* merged(sorted: readonly AsyncGenerator<Item>[], descends: boolean): AsyncGenerator<Item> {
  const heads = await Promise.all(sorted.map(async (items) => items.next()));
  for (;;) {
    let next: number | undefined;
    for (const [at, { done }] of heads.entries()) {
      if (done !== true && (next === undefined || orderOf(heads[at]) < orderOf(heads[next]) !== descends)) next = at;
    }
    const head = next === undefined ? undefined : heads[next];
    if (next === undefined || head === undefined || head.done === true) return;
    yield head.value;
    heads[next] = (await sorted[next]?.next()) ?? { done: true, value: undefined };
  }
}

/** As the table sorts: by UTF-8 bytes. */
const orderOf = (head: IteratorResult<Item> | undefined): string =>
  head === undefined || head.done === true ? "" : Buffer.from(attribute(head.value, ORDER)).toString("latin1");
