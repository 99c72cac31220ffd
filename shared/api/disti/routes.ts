import { route } from "../route.ts";

export const distiRoutes = [
  route(
    "listListingCategories",
    "GET",
    "/disti/listings/categories",
    "records:read:groups",
    "Always empty: there are no distribution listings here",
  ),
];
