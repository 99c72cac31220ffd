import * as z from "zod";
import { base, defineRecord, nullable } from "./record.ts";

/** What of a product its owner decides once and for all. */
export const productKey = z
  .string()
  .min(1)
  .max(255)
  .meta({ description: "Your key of it, as transactions and rewards of triggers name it; unique, and never changes" });

/** What of a product its owner decides, and may change. */
export const productFields = {
  name: z.string().min(1).max(255),
  category_key: nullable.text(),
  description: nullable.text(2000),
};

const schema = z.object({
  ...base,
  product_key: productKey,
  ...productFields,
  archived: z.boolean(),
});

export type Product = z.output<typeof schema>;

/**
 * Something that a program sells. Transactions may name products that are in no list: what there is to buy is known where
 * it is sold, and a payment is never refused for want of an entry here.
 */
export const product = defineRecord({
  kind: "product",
  collection: "products",
  schema,
  place: ({ program, key }) => ({ pk: `${program}/product/${key}`, sk: "#" }),
  unique: ({ key, product_key }) => [
    { field: "key", value: key },
    { field: "product_key", value: product_key },
  ],
  listed: true,
});
