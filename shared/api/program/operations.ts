import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { getProgram } from "./get-program.ts";
import type { programRoutes } from "./routes.ts";
import { updateProgram } from "./update-program.ts";

export const programOperations = (dependencies: ApiDependencies): Operations<typeof programRoutes> => ({
  getProgram: (request) => getProgram(dependencies, request),
  updateProgram: (request) => updateProgram(dependencies, request),
});
