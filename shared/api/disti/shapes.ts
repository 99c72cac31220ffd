import { listOf, type Shapes } from "../openapi-shape.ts";
import * as z from "zod";
import type { distiRoutes } from "./routes.ts";

export const distiSchemas = { ListingCategory: z.object({ key: z.string(), name: z.string() }) };

export const distiShapes = (): Shapes<typeof distiRoutes> => ({ listListingCategories: listOf("ListingCategory") });
