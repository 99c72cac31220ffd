import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { createTrigger } from "./create-trigger.ts";
import { getTrigger, listTriggers } from "./get-trigger.ts";
import type { triggerRoutes } from "./routes.ts";
import { archiveTrigger, updateTrigger } from "./update-trigger.ts";

export const triggerOperations = (dependencies: ApiDependencies): Operations<typeof triggerRoutes> => ({
  listTriggers: (request) => listTriggers(dependencies, request),
  createTrigger: (request) => createTrigger(dependencies, request),
  getTrigger: (request) => getTrigger(dependencies, request),
  updateTrigger: (request) => updateTrigger(dependencies, request),
  archiveTrigger: (request) => archiveTrigger(dependencies, request),
});
