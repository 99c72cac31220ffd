import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { createProduct } from "./create-product.ts";
import { getProduct } from "./get-product.ts";
import { listProductBook } from "./list-product-book.ts";
import { listProducts } from "./list-products.ts";
import type { productRoutes } from "./routes.ts";
import { archiveProduct, updateProduct } from "./update-product.ts";

export const productOperations = (dependencies: ApiDependencies): Operations<typeof productRoutes> => ({
  listProducts: (request) => listProducts(dependencies, request),
  createProduct: (request) => createProduct(dependencies, request),
  getProduct: (request) => getProduct(dependencies, request),
  updateProduct: (request) => updateProduct(dependencies, request),
  archiveProduct: (request) => archiveProduct(dependencies, request),
  listProductBook: (request) => listProductBook(dependencies, request),
});
