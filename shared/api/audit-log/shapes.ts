import { listOf, type Shapes } from "../openapi-shape.ts";
import type { auditLogRoutes } from "./routes.ts";

export const auditLogShapes = (): Shapes<typeof auditLogRoutes> => ({
  listAuditLog: listOf("AuditEntry"),
});
