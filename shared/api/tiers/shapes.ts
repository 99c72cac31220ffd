import { done, listOf, listQuery, one, type Shapes } from "../openapi-shape.ts";
import { schemaOf } from "../schema-of.ts";
import { tierRequest } from "./create-tier.ts";
import type { tierRoutes } from "./routes.ts";
import { tierChange } from "./update-tier.ts";

export const tierShapes = (): Shapes<typeof tierRoutes> => ({
  listTiers: listOf("Tier", listQuery({ byUpdate: true })),
  listTierCollection: listOf("Tier", []),
  createTier: { ...one("Tier"), body: schemaOf(tierRequest, "input") },
  updateTier: { ...one("Tier"), body: schemaOf(tierChange, "input") },
  archiveTier: done(),
});
