import type { Table } from "../ports.ts";
import { historyPk } from "../records/place.ts";
import type { BaseRecord, Declaration } from "../records/record.ts";
import { imageIn } from "./as-of.ts";
import { newestFirst } from "./marks-since.ts";
import { bornAt } from "./removal.ts";
import { attribute, type Stored } from "./stored.ts";

/** What one change made of a record. */
export interface MadeChange<R extends BaseRecord = BaseRecord> {
  /** Undefined where it made the record. */
  readonly before: R | undefined;
  readonly after: R;
  /** When it was made, in epoch milliseconds. */
  readonly at: number;
}

/**
 * The change of this mark, in what a record is, in its former revisions, or in those that it had before it was removed;
 * undefined when there is none that was made at an instant or after it.
 */
export async function changeBy<R extends BaseRecord>(
  table: Pick<Table, "query">,
  declaration: Declaration<R>,
  {
    program,
    key,
    present,
  }: { readonly program: string; readonly key: string; readonly present: Stored<R> | undefined },
  mark: string,
  since: number,
): Promise<MadeChange<R> | undefined> {
  if (present !== undefined && present.at < since) return undefined;
  let made: Omit<MadeChange<R>, "before"> | undefined;
  if (present?.mark === mark) {
    if (present.rev === 1) return { before: undefined, after: present.record, at: present.at };
    made = { after: present.record, at: present.at };
  }
  for await (const item of newestFirst(table, historyPk(program, declaration.kind, key))) {
    const record = imageIn(declaration, item);
    // The images of a life follow each other, the latest one first.
    if (made !== undefined) return { ...made, before: attribute(item, "replaced_by") === mark ? record : undefined };
    const at = bornAt(item);
    if (at < since) return undefined;
    if (attribute(item, "_mark") === mark && record !== undefined) made = { after: record, at };
  }
  return made && { ...made, before: undefined };
}
