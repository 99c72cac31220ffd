import { CallerError } from "../../errors.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Arrangement, Term } from "../../partners/arrange-rows.ts";
import type { TableView } from "../../partners/partner-tables.ts";
import { isEmail } from "../../records/cell.ts";
import { customer } from "../../records/customer.ts";
import { type QueryValues, readSpan } from "../page-request.ts";
import { notOneOf, readChoice, shown } from "../validated.ts";

export const FORMATS = ["json", "csv"] as const;

/** The ways to sort a table, the usual one first. */
export const ordersOf = ({ columns, created }: Pick<TableView<never>, "columns" | "created">): string[] => [
  `-${created}`,
  "created_at",
  "-created_at",
  ...Object.keys(columns).flatMap((name) => (name === created ? [name] : [`-${name}`, name])),
];

const LONGEST_TEXT = 255;

/** Reads `search`, `search_<column>`, `order_by`, the columns of few values, and the dates. */
export async function readArrangement<Row>(
  ledger: Pick<Ledger, "find">,
  program: string,
  table: TableView<Row>,
  query: QueryValues,
): Promise<Arrangement> {
  const orders = ordersOf(table);
  const order = readChoice(query, "order_by", orders) ?? orders[0] ?? "";
  const named = order.replace(/^-/, "");
  return {
    terms: await termsOf(ledger, program, table, query),
    choices: choicesOf(table, query),
    created: readSpan(query, "created") ?? { from: 0, to: Infinity },
    orderBy: named === "created_at" ? table.created : named,
    descends: order.startsWith("-"),
  };
}

async function termsOf<Row>(
  ledger: Pick<Ledger, "find">,
  program: string,
  { columns, customerOf }: TableView<Row>,
  query: QueryValues,
): Promise<Term[]> {
  const terms: Term[] = [];
  for (const column of [undefined, ...Object.keys(columns)]) {
    const name = column === undefined ? "search" : `search_${column}`;
    const text = query[name]?.trim() ?? "";
    if (text.length > LONGEST_TEXT) throw new CallerError("invalid", `${shown(text)} is too long`, name);
    if (text === "") continue;
    const isAddress = customerOf !== undefined && (column === undefined || column === "email") && isEmail(text);
    terms.push({ column, text, ...(isAddress && { holder: await holderOf(ledger, program, text) }) });
  }
  return terms;
}

/** By the claim on the address, which is the real one whatever is told of it. */
const holderOf = async (
  ledger: Pick<Ledger, "find">,
  program: string,
  address: string,
): Promise<string | undefined> => {
  const [found] = await ledger.find(customer, program, "email", [address.toLowerCase()]);
  return found?.record.key;
};

function choicesOf<Row>(table: TableView<Row>, query: QueryValues): ReadonlyMap<string, string> {
  const chosen = new Map<string, string>();
  for (const [name, { choices }] of Object.entries({ ...table.columns, ...table.beside })) {
    const value = query[name];
    if (choices === undefined || value === undefined) continue;
    if (!choices.includes(value)) throw new CallerError("invalid", notOneOf(value, choices), name);
    chosen.set(name, value);
  }
  return chosen;
}
