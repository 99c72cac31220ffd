import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { exportReport } from "./export-report.ts";
import { getReportExport } from "./get-report-export.ts";
import { getReport } from "./get-report.ts";
import { listReports } from "./list-reports.ts";
import type { reportRoutes } from "./routes.ts";

export const reportOperations = (dependencies: ApiDependencies): Operations<typeof reportRoutes> => ({
  listReports: (request) => listReports(dependencies, request),
  getReport: (request) => getReport(dependencies, request),
  exportReport: (request) => exportReport(dependencies, request),
  getReportExport: (request) => getReportExport(dependencies, request),
});
