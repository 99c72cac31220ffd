import type { Ledger } from "../../ledger/ledger.ts";
import { type Customer, customer } from "../../records/customer.ts";
import { type Answer, list } from "../envelope.ts";
import { lookByEitherKey } from "../find-by-either-key.ts";
import { type ListScope, readScope } from "../list-scope.ts";
import { listPage, type Page, pageOfAll } from "../paging.ts";
import type { ApiRequest } from "../request.ts";
import { customersFor } from "./customer-shape.ts";

interface Dependencies {
  readonly ledger: Ledger;
}

/** Customers, newest first: the program's, or a partner's own. With `email`, the one who has exactly that address. */
export async function listCustomers({ ledger }: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const { program } = principal;
  const scope = await readScope(ledger, principal, query);
  const { partnership, isInGroup } = scope;
  const { items, ...page } =
    query["email"] === undefined
      ? await listPage(ledger, customer, program, query, { partnership, isAskedFor: isInGroup })
      : await pageOfOne(ledger, program, query, scope);
  return list({ items: await customersFor(ledger, principal, items), ...page }, "Customers retrieved");
}

/** By the claim on the address, which is the real one whatever is told of it. */
async function pageOfOne(
  ledger: Pick<Ledger, "find">,
  program: string,
  query: ApiRequest["query"],
  { partnership, isInGroup }: ListScope,
): Promise<Page<Customer>> {
  const found = await lookByEitherKey(ledger, customer, program, ["email"], query["email"]);
  const isIn =
    found !== undefined &&
    (partnership === undefined || found.record.partnership_key === partnership) &&
    (isInGroup === undefined || (await isInGroup(found.record)));
  return pageOfAll(isIn ? [found.record] : [], query);
}
