import { done, inQuery, listQuery, one, type Shapes, soughtList } from "../openapi-shape.ts";
import { schemaOf } from "../schema-of.ts";
import { productRequest } from "./create-product.ts";
import { productBookShape } from "./product-book-shape.ts";
import type { productRoutes } from "./routes.ts";
import { productChange } from "./update-product.ts";

export const productSchemas = { ProductInBook: productBookShape };

const category = inQuery("category_key", "Only those of this category", { type: "string" });
const archived = inQuery("archived", "Only archived ones, or only those that are not", { type: "boolean" });

export const productShapes = (): Shapes<typeof productRoutes> => ({
  listProducts: soughtList("Product", [...listQuery(), category, archived]),
  createProduct: { ...one("Product"), body: schemaOf(productRequest, "input") },
  getProduct: one("Product"),
  updateProduct: { ...one("Product"), body: schemaOf(productChange, "input") },
  archiveProduct: done(),
  listProductBook: soughtList("ProductInBook", [...listQuery(), category]),
});
