import type { Ledger } from "../../ledger/ledger.ts";
import { product, type Product } from "../../records/product.ts";
import { type Answer, list } from "../envelope.ts";
import { type QueryValues, readFlag } from "../page-request.ts";
import { listPage } from "../paging.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";

interface Dependencies {
  readonly ledger: Ledger;
}

/** The program's products, newest first, archived ones among them unless the query says otherwise. */
export async function listProducts({ ledger }: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const { items, ...page } = await listPage(ledger, product, principal.program, query, {
    isAskedFor: askedFor(query, readFlag(query, "archived")),
  });
  return list({ items: items.map((one) => present(product, one)), ...page }, "Products retrieved");
}

/** Which products are asked for; undefined where all of them are. */
export function askedFor(
  { category_key }: QueryValues,
  archived: boolean | undefined,
): ((one: Product) => boolean) | undefined {
  if (category_key === undefined && archived === undefined) return undefined;
  return (one) =>
    (category_key === undefined || one.category_key === category_key) &&
    (archived === undefined || one.archived === archived);
}
