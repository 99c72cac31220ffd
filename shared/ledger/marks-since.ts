import type { Item, Table, Value } from "../ports.ts";
import type { BaseRecord } from "../records/record.ts";
import { isGrave } from "./removal.ts";
import { attribute, type Stored } from "./stored.ts";

/** Most are done with the first few; who looks far back is not to ask often. */
const FIRST_PAGE = 10;
const GROWTH = 10;

/** See `Ledger.marksSince`; `pk` is where the record's former revisions are. */
export async function marksSince(
  table: Pick<Table, "query">,
  pk: string,
  { mark: last, at }: Stored<BaseRecord>,
  isEarly: (change: { readonly mark: string; readonly at: number }) => boolean,
): Promise<ReadonlyMap<string, Value | undefined>> {
  const marks = new Map<string, Value | undefined>();
  if (isEarly({ mark: last, at })) return marks;
  marks.set(last, undefined);
  for await (const item of newestFirst(table, pk)) {
    if (isGrave(item)) continue;
    // The note of a change stands beside the image that it replaced.
    const by = attribute(item, "replaced_by");
    if (marks.has(by)) marks.set(by, item["note"]);
    const mark = attribute(item, "_mark");
    if (isEarly({ mark, at: Number(item["_at"]) })) return marks;
    marks.set(mark, undefined);
  }
  return marks;
}

/** The former revisions of a record, and behind them those of the lives that it had before. */
export async function* newestFirst(table: Pick<Table, "query">, pk: string): AsyncGenerator<Item> {
  let after: string | undefined;
  for (let limit = FIRST_PAGE; ; limit *= GROWTH) {
    let got = 0;
    const query = { pk, newestFirst: true, limit, ...(after !== undefined && { after }) };
    for await (const page of table.query(query)) {
      got += page.length;
      after = page.at(-1)?.sk ?? after;
      yield* page;
    }
    if (got < limit) return;
  }
}
