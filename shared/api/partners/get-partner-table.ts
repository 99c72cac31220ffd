import type { Principal } from "../../access/principal.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Stored } from "../../ledger/stored.ts";
import { aroundAll } from "../../partners/around-all.ts";
import { aroundPage, type Owner } from "../../partners/around-page.ts";
import { type Arrangement, isAskedFor, rowOrder } from "../../partners/arrange-rows.ts";
import type { PartnerTable, TableView } from "../../partners/partner-tables.ts";
import type { BaseRecord } from "../../records/record.ts";
import { type Answer, list } from "../envelope.ts";
import { loadProgram } from "../load-program.ts";
import { type QueryValues, readPageRequest } from "../page-request.ts";
import { listPage, notInList, type Page } from "../paging.ts";
import type { ApiRequest } from "../request.ts";
import { readChoice } from "../validated.ts";
import { csvAnswer } from "./csv-answer.ts";
import { partnerOfPath } from "./partner-of-path.ts";
import { FORMATS, readArrangement } from "./table-query.ts";

interface Dependencies {
  readonly ledger: Ledger;
}

/** A page of one of a partner's tables, or all of it as a file. */
export async function getPartnerTable<R extends BaseRecord, Row>(
  { ledger }: Dependencies,
  { principal, path, query }: ApiRequest,
  table: PartnerTable<R, Row>,
): Promise<Answer> {
  const { program } = principal;
  const [partner, shows] = await Promise.all([
    partnerOfPath(ledger, principal, path["key"]),
    loadProgram(ledger, program),
  ]);
  const owner: Owner = { shows, partnership: partner.key };
  const arrangement = await readArrangement(ledger, program, table, query);
  if (readChoice(query, "format", FORMATS) === "csv") {
    const { rows } = await allRows(ledger, owner, table, arrangement);
    return csvAnswer({ ...table.columns, ...table.beside }, rows);
  }
  const { items, ...page } = isList(table, arrangement)
    ? await listedPage(ledger, principal, owner, table, arrangement, query)
    : await arrangedPage(ledger, principal, owner, table, arrangement, query);
  return list({ items: items.map((row) => presentRow(table, row)), ...page }, "Table retrieved");
}

const presentRow = <Row>({ columns, beside }: TableView<Row>, row: Row): object =>
  Object.fromEntries(Object.entries({ ...columns, ...beside }).map(([name, column]) => [name, column.value(row)]));

/** Whether an index has the rows in the order that is asked for. */
const isList = <Row>({ isListed, created }: TableView<Row>, { terms, choices, orderBy }: Arrangement): boolean =>
  isListed && terms.length === 0 && choices.size === 0 && orderBy === created;

async function listedPage<R extends BaseRecord, Row>(
  ledger: Ledger,
  principal: Principal,
  owner: Owner,
  table: PartnerTable<R, Row>,
  { descends }: Arrangement,
  { limit, starting_after, ending_before, min_created, max_created }: QueryValues,
): Promise<Page<Row>> {
  const { declaration, asks } = table;
  const query = { limit, starting_after, ending_before, min_created, max_created };
  const { items, ...page } = await listPage(
    ledger,
    declaration,
    principal.program,
    { ...query, order_by: descends ? "-created_at" : "created_at" },
    {
      partnership: owner.partnership,
      find: async (key) => {
        const found = await cursorRecord(ledger, principal, table, key);
        if (found === undefined) throw notInList(starting_after === undefined ? "ending_before" : "starting_after");
        return found;
      },
    },
  );
  const around = await aroundPage(ledger, owner, declaration, items, asks);
  return { items: items.flatMap((one) => table.rowsOf(one, around)), ...page };
}

/** The rows of the whole table that are asked for, in order, and all others, too. */
async function allRows<R extends BaseRecord, Row>(
  ledger: Ledger,
  owner: Owner,
  table: PartnerTable<R, Row>,
  arrangement: Arrangement,
): Promise<{ readonly rows: readonly Row[]; readonly all: readonly Row[] }> {
  const { records, around } = await aroundAll(ledger, owner, table);
  const all = records.flatMap((one) => table.rowsOf(one, around));
  const rows = all.filter((row) => isAskedFor(table, arrangement, row));
  return { rows: rows.toSorted(rowOrder(table, arrangement)), all };
}

async function arrangedPage<R extends BaseRecord, Row>(
  ledger: Ledger,
  principal: Principal,
  owner: Owner,
  table: PartnerTable<R, Row>,
  arrangement: Arrangement,
  query: QueryValues,
): Promise<Page<Row>> {
  const { limit, startingAfter, endingBefore } = readPageRequest(query);
  const { rows, all } = await allRows(ledger, owner, table, arrangement);
  const order = rowOrder(table, arrangement);
  const cursorRow = async (parameter: string, key: string): Promise<Row> => {
    const found =
      all.find((row) => table.keyOf(row) === key) ?? (await formerRow(ledger, principal, owner, table, key));
    if (found === undefined) throw notInList(parameter);
    return found;
  };
  if (endingBefore !== undefined) {
    const cursor = await cursorRow("ending_before", endingBefore);
    const before = rows.filter((row) => order(row, cursor) < 0);
    return { items: before.slice(-limit), has_more: before.length > limit };
  }
  const cursor = startingAfter === undefined ? undefined : await cursorRow("starting_after", startingAfter);
  const behind = cursor === undefined ? rows : rows.filter((row) => order(row, cursor) > 0);
  return { items: behind.slice(0, limit), has_more: behind.length > limit };
}

/** Where a record stood that has left the partner, or the ledger, since its page was read. */
async function formerRow<R extends BaseRecord, Row>(
  ledger: Ledger,
  principal: Principal,
  owner: Owner,
  table: PartnerTable<R, Row>,
  key: string,
): Promise<Row | undefined> {
  if (!table.isListed) return undefined;
  const stored = await cursorRecord(ledger, principal, table, key);
  if (stored === undefined) return undefined;
  const around = await aroundPage(ledger, owner, table.declaration, [stored.record], table.asks);
  return table.rowsOf(stored.record, around)[0];
}

/** Keys that somebody made up may be longer than a table key can be. */
const LONGEST_KEY = 255;

/** The record that a cursor names, or named; to a partner, what was never the partner's is as unknown as what never was. */
async function cursorRecord<R extends BaseRecord, Row>(
  ledger: Ledger,
  { program, kind, partnership }: Principal,
  { declaration }: PartnerTable<R, Row>,
  key: string,
): Promise<Stored<R> | undefined> {
  if (key === "" || key.length > LONGEST_KEY) return undefined;
  const [found] = await ledger.find(declaration, program, "key", [key]);
  const removed = found === undefined ? await ledger.removed(declaration, program, key) : undefined;
  const stored = found ?? (removed && { record: removed, place: declaration.place(removed), rev: 1, at: 0, mark: "" });
  return stored && (kind !== "partner" || wasOf(stored.record, partnership ?? "")) ? stored : undefined;
}

const wasOf = (record: BaseRecord, partnership: string): boolean =>
  ("partnership_key" in record && record.partnership_key === partnership) ||
  ("former_partnership_keys" in record &&
    Array.isArray(record.former_partnership_keys) &&
    record.former_partnership_keys.includes(partnership));
