import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { listListingCategories } from "./list-listing-categories.ts";
import type { distiRoutes } from "./routes.ts";

export const distiOperations = (_dependencies: ApiDependencies): Operations<typeof distiRoutes> => ({
  listListingCategories: async (request) => Promise.resolve(listListingCategories(request)),
});
