import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { createExportLink } from "./create-export-link.ts";
import { createExport } from "./create-export.ts";
import { getExport } from "./get-export.ts";
import { listExports } from "./list-exports.ts";
import { revokeExport } from "./revoke-export.ts";
import type { exportRoutes } from "./routes.ts";

export const exportOperations = (dependencies: ApiDependencies): Operations<typeof exportRoutes> => ({
  createExport: (request) => createExport(dependencies, request),
  listExports: (request) => listExports(dependencies, request),
  getExport: (request) => getExport(dependencies, request),
  createExportLink: (request) => createExportLink(dependencies, request),
  revokeExport: (request) => revokeExport(dependencies, request),
});
