import type { Ledger } from "../../ledger/ledger.ts";
import { product } from "../../records/product.ts";
import { activeTriggers } from "../../triggers/active-triggers.ts";
import { type Answer, list } from "../envelope.ts";
import { listPage } from "../paging.ts";
import type { ApiRequest } from "../request.ts";
import { askedFor } from "./list-products.ts";
import { presentInBook } from "./product-book-shape.ts";

interface Dependencies {
  readonly ledger: Ledger;
}

/** The products on sale, newest first, each with the rewards that active triggers give for it. */
export async function listProductBook({ ledger }: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const { program } = principal;
  const isAskedFor = askedFor(query, false);
  const [{ items, ...page }, triggers] = await Promise.all([
    listPage(ledger, product, program, query, { isAskedFor }),
    activeTriggers(ledger, program),
  ]);
  return list({ items: items.map((one) => presentInBook(one, triggers)), ...page }, "Product book retrieved");
}
