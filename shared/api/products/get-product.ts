import type { Ledger } from "../../ledger/ledger.ts";
import type { Stored } from "../../ledger/stored.ts";
import { product, type Product } from "../../records/product.ts";
import { type Answer, one } from "../envelope.ts";
import { findByEitherKey } from "../find-by-either-key.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "find">;
}

/** The product that a path names, by our key or the program's own. */
export const productOf = (
  ledger: Pick<Ledger, "find">,
  { principal, path }: Pick<ApiRequest, "principal" | "path">,
): Promise<Stored<Product>> => findByEitherKey(ledger, product, principal.program, ["key", "product_key"], path["key"]);

/** One product. */
export async function getProduct({ ledger }: Dependencies, request: ApiRequest): Promise<Answer> {
  const { record } = await productOf(ledger, request);
  return one(present(product, record), "Product retrieved");
}
