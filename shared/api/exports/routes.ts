import { route } from "../route.ts";

export const exportRoutes = [
  route("createExport", "POST", "/exports/base-records", "exports:create", "Ask for a bundle, mailed as a link"),
  route("listExports", "GET", "/exports", "exports:read", "Export jobs, newest first"),
  route("getExport", "GET", "/exports/{key}", "exports:read", "One export job with its progress and files"),
  route("createExportLink", "POST", "/exports/{key}/link", "exports:create", "Mail a fresh link to a bundle"),
  route("revokeExport", "DELETE", "/exports/{key}", "exports:create", "Take an export back, and remove its bundle"),
];
