import * as z from "zod";
import { product, type Product, productFields, productKey } from "../../records/product.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { type Answer, one } from "../envelope.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";
import { requireFree } from "../require-free.ts";
import { requireProduction } from "../require-production.ts";
import { validated } from "../validated.ts";

const { category_key, description, name } = productFields;

/** What a request for a new product says. */
export const productRequest = z.strictObject({
  product_key: productKey,
  name,
  category_key: category_key.default(null),
  description: description.default(null),
});

/** Adds a product. */
export async function createProduct(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, body, newKey } = request;
  const asked = validated(productRequest, body === undefined ? {} : body);
  requireProduction(principal);
  const key = newKey("prod_");
  const made = await recordChange(dependencies, request, { declaration: product, key }, async ({ program, now }) => {
    const after: Product = {
      program: program.key,
      key,
      ...asked,
      archived: false,
      created_at: now,
      updated_at: now,
    };
    await requireFree(ledger, product, after);
    return { change: { declaration: product, after }, action: "product.created" };
  });
  return one(present(product, made), "Product created");
}
