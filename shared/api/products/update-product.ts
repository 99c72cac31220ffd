import * as z from "zod";
import { product, type Product, productFields } from "../../records/product.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { type Answer, done, one } from "../envelope.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";
import { requireProduction } from "../require-production.ts";
import { validated } from "../validated.ts";
import { productOf } from "./get-product.ts";

/** What a request to change a product says: only what is to change. */
export const productChange = z.strictObject({ ...productFields, archived: z.boolean() }).partial();

/** Changes a product. */
export async function updateProduct(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const asked = validated(productChange, request.body === undefined ? {} : request.body);
  requireProduction(request.principal);
  const { record: found } = await productOf(ledger, request);
  const subject = { declaration: product, key: found.key };
  const made = await recordChange(dependencies, request, subject, async ({ now }) => {
    const before = await productOf(ledger, request);
    const { name, category_key, description, archived } = before.record;
    const after: Product = {
      ...before.record,
      name: asked.name ?? name,
      category_key: asked.category_key === undefined ? category_key : asked.category_key,
      description: asked.description === undefined ? description : asked.description,
      archived: asked.archived ?? archived,
      updated_at: now,
    };
    return { change: { declaration: product, before, after }, action: "product.updated" };
  });
  return one(present(product, made), "Product updated");
}

/** Archives a product: it leaves the product book, and its key stays taken. */
export async function archiveProduct(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  requireProduction(request.principal);
  const { record: found } = await productOf(ledger, request);
  await recordChange(dependencies, request, { declaration: product, key: found.key }, async ({ now }) => {
    const before = await productOf(ledger, request);
    if (before.record.archived) return before.record;
    const after: Product = { ...before.record, archived: true, updated_at: now };
    return { change: { declaration: product, before, after }, action: "product.archived" };
  });
  return done("Product archived");
}
