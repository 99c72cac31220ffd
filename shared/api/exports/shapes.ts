import { schemaOf } from "../schema-of.ts";
import { listOf, one, type Shapes } from "../openapi-shape.ts";
import { exportRequest } from "./export-request.ts";
import type { exportRoutes } from "./routes.ts";

export const exportShapes = (): Shapes<typeof exportRoutes> => ({
  createExport: { ...one("ExportJob"), body: schemaOf(exportRequest, "input") },
  listExports: listOf("ExportJob"),
  getExport: one("ExportJob"),
  createExportLink: one("ExportJob"),
  revokeExport: one("ExportJob"),
});
