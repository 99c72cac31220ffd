import { route } from "../route.ts";

const READ = "records:read:groups";
const WRITE = "records:write:groups";

export const productRoutes = [
  route("listProducts", "GET", "/products", READ, "Products, newest first"),
  route("createProduct", "POST", "/products", WRITE, "Add a product"),
  route("getProduct", "GET", "/products/{key}", READ, "One product, by our key or yours"),
  route("updateProduct", "PATCH", "/products/{key}", WRITE, "Change a product"),
  route("archiveProduct", "DELETE", "/products/{key}", WRITE, "Archive a product"),
  route("listProductBook", "GET", "/product-book", READ, "Products on sale, with what partners earn by each"),
];
