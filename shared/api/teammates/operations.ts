import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { addTeammate } from "./add-teammate.ts";
import { removeTeammate, updateTeammate } from "./change-teammate.ts";
import { getTeammate, listTeammates } from "./get-teammate.ts";
import type { teammateRoutes } from "./routes.ts";

export const teammateOperations = (dependencies: ApiDependencies): Operations<typeof teammateRoutes> => ({
  listTeammates: (request) => listTeammates(dependencies, request),
  addTeammate: (request) => addTeammate(dependencies, request),
  getTeammate: (request) => getTeammate(dependencies, request),
  updateTeammate: (request) => updateTeammate(dependencies, request),
  removeTeammate: (request) => removeTeammate(dependencies, request),
});
