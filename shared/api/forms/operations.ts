import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { listFormTemplates } from "./list-form-templates.ts";
import { listStages } from "./list-stages.ts";
import type { formRoutes } from "./routes.ts";

export const formOperations = (dependencies: ApiDependencies): Operations<typeof formRoutes> => ({
  listFormTemplates: (request) => listFormTemplates(dependencies, request),
  listSalesCycleStages: (request) => listStages(dependencies, request),
});
