import { auditLogOperations } from "./audit-log/operations.ts";
import { customerOperations } from "./customers/operations.ts";
import type { ApiDependencies } from "./dependencies.ts";
import { descriptionOperations } from "./description/operations.ts";
import { exportOperations } from "./exports/operations.ts";
import { importOperations } from "./imports/operations.ts";
import type { OpenOperations, Operations } from "./operation.ts";
import { partnerOperations } from "./partners/operations.ts";
import { programOperations } from "./program/operations.ts";
import type { routes } from "./routes.ts";
import { triggerOperations } from "./triggers/operations.ts";

/** What each route does that asks who calls. */
export const operations = (dependencies: ApiDependencies): Operations<typeof routes> => ({
  ...customerOperations(dependencies),
  ...importOperations(dependencies),
  ...triggerOperations(dependencies),
  ...exportOperations(dependencies),
  ...auditLogOperations(dependencies),
  ...partnerOperations(dependencies),
  ...programOperations(dependencies),
});

/** What each route does that anybody may call. */
export const openOperations = (_dependencies: ApiDependencies): OpenOperations<typeof routes> => ({
  ...descriptionOperations,
});
