import { route } from "../route.ts";

const NEEDED = "exports:create";

export const reportRoutes = [
  route("listReports", "GET", "/vendor_report_export", NEEDED, "Reports that can be exported"),
  route("getReport", "GET", "/vendor_report_export/{report_key}", NEEDED, "One report with its columns"),
  route("exportReport", "POST", "/vendor_report_export/{report_key}", NEEDED, "Ask for the export of a report"),
  route(
    "getReportExport",
    "GET",
    "/vendor_report_export/export/{key}",
    NEEDED,
    "How the export of a report stands, with a link to its file",
  ),
];
