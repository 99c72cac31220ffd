import { type Answer, list } from "../envelope.ts";
import { pageOfAll } from "../paging.ts";
import type { ApiRequest } from "../request.ts";

/** No categories: there are no distribution listings here, and clients that look for some are told so by an empty list. */
export const listListingCategories = ({ query }: Pick<ApiRequest, "query">): Answer =>
  list(pageOfAll([], query), "Listing categories retrieved");
