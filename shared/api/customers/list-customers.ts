import type { Ledger } from "../../ledger/ledger.ts";
import { customer } from "../../records/customer.ts";
import { type Answer, list } from "../envelope.ts";
import { readScope } from "../list-scope.ts";
import { listPage } from "../paging.ts";
import type { ApiRequest } from "../request.ts";
import { customersFor } from "./customer-shape.ts";

interface Dependencies {
  readonly ledger: Ledger;
}

/** Customers, newest first: the program's, or a partner's own. */
export async function listCustomers({ ledger }: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const { program } = principal;
  const { partnership, isInGroup } = await readScope(ledger, principal, query);
  const { items, ...page } = await listPage(ledger, customer, program, query, { partnership, isAskedFor: isInGroup });
  return list({ items: await customersFor(ledger, principal, items), ...page }, "Customers retrieved");
}
