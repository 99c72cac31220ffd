import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { createApplication } from "./create-application.ts";
import { decideApplication, decideApplications } from "./decide-applications.ts";
import { listApplications } from "./list-applications.ts";
import type { applicationRoutes } from "./routes.ts";

export const applicationOperations = (dependencies: ApiDependencies): Operations<typeof applicationRoutes> => ({
  listApplications: (request) => listApplications(dependencies, request),
  createApplication: (request) => createApplication(dependencies, request),
  decideApplications: (request) => decideApplications(dependencies, request),
  decideApplication: (request) => decideApplication(dependencies, request),
});
