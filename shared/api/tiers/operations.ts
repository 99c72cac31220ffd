import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { createTier } from "./create-tier.ts";
import { listTierCollection, listTiers } from "./list-tiers.ts";
import type { tierRoutes } from "./routes.ts";
import { archiveTier, updateTier } from "./update-tier.ts";

export const tierOperations = (dependencies: ApiDependencies): Operations<typeof tierRoutes> => ({
  listTiers: (request) => listTiers(dependencies, request),
  listTierCollection: (request) => listTierCollection(dependencies, request),
  createTier: (request) => createTier(dependencies, request),
  updateTier: (request) => updateTier(dependencies, request),
  archiveTier: (request) => archiveTier(dependencies, request),
});
