import { schemaOf } from "../schema-of.ts";
import { listOf, one, type Shapes } from "../openapi-shape.ts";
import type { teammateRoutes } from "./routes.ts";
import { teammateChange, teammateRequest } from "./teammate-request.ts";

export const teammateShapes = (): Shapes<typeof teammateRoutes> => ({
  listTeammates: listOf("Teammate"),
  addTeammate: { ...one("Teammate"), body: schemaOf(teammateRequest, "input") },
  getTeammate: one("Teammate"),
  updateTeammate: { ...one("Teammate"), body: schemaOf(teammateChange, "input") },
  removeTeammate: one("Teammate"),
});
