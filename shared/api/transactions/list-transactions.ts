import type { Ledger } from "../../ledger/ledger.ts";
import { type Transaction, transaction } from "../../records/transaction.ts";
import { type Answer, list } from "../envelope.ts";
import { readMoneyScope, type Wanted } from "../money-scope.ts";
import { type QueryValues, readFlag } from "../page-request.ts";
import { listPage } from "../paging.ts";
import type { ApiRequest } from "../request.ts";
import { transactionsFor } from "./transaction-shape.ts";

interface Dependencies {
  readonly ledger: Ledger;
}

/** Transactions, newest first: the program's, a partner's own, or a customer's. */
export async function listTransactions({ ledger }: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const { program } = principal;
  const own = [...flagOf("approved", query), ...flagOf("archived", query)];
  const scope = await readMoneyScope(ledger, principal, query, { declaration: transaction, what: "T", own });
  const { items, ...page } = await listPage(ledger, transaction, program, query, scope);
  return list({ items: await transactionsFor(ledger, principal, items), ...page }, "Transactions retrieved");
}

function flagOf(name: "approved" | "archived", query: QueryValues): Wanted<Transaction>[] {
  const wanted = readFlag(query, name);
  return wanted === undefined ? [] : [(record) => record[name] === wanted];
}
