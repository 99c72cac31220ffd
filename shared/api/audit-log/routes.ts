import { route } from "../route.ts";

export const auditLogRoutes = [route("listAuditLog", "GET", "/audit-log", "audit:read", "Who did what, newest first")];
