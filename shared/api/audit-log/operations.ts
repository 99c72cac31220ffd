import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { listAuditLog } from "./list-audit-log.ts";
import type { auditLogRoutes } from "./routes.ts";

export const auditLogOperations = (dependencies: ApiDependencies): Operations<typeof auditLogRoutes> => ({
  listAuditLog: (request) => listAuditLog(dependencies, request),
});
