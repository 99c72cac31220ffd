import { schemaOf } from "../schema-of.ts";
import { listOf, one, type Shapes } from "../openapi-shape.ts";
import { triggerChange, triggerRequest } from "./trigger-request.ts";
import type { triggerRoutes } from "./routes.ts";

export const triggerShapes = (): Shapes<typeof triggerRoutes> => ({
  listTriggers: listOf("Trigger"),
  createTrigger: { ...one("Trigger"), body: schemaOf(triggerRequest, "input") },
  getTrigger: one("Trigger"),
  updateTrigger: { ...one("Trigger"), body: schemaOf(triggerChange, "input") },
  archiveTrigger: one("Trigger"),
});
