import { listOf, one, type Shapes } from "../openapi-shape.ts";
import { schemaOf } from "../schema-of.ts";
import { reportRequest } from "./export-report.ts";
import { reportExportShape, reportShape } from "./report-shape.ts";
import type { reportRoutes } from "./routes.ts";

export const reportSchemas = { Report: reportShape, ReportExport: reportExportShape };

export const reportShapes = (): Shapes<typeof reportRoutes> => ({
  listReports: listOf("Report"),
  getReport: one("Report"),
  exportReport: { ...one("ReportExport"), body: schemaOf(reportRequest, "input") },
  getReportExport: one("ReportExport"),
});
