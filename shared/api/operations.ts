import { applicationOperations } from "./applications/operations.ts";
import { auditLogOperations } from "./audit-log/operations.ts";
import { customerOperations } from "./customers/operations.ts";
import type { ApiDependencies } from "./dependencies.ts";
import { descriptionOperations } from "./description/operations.ts";
import { exportOperations } from "./exports/operations.ts";
import { groupOperations } from "./groups/operations.ts";
import { importOperations } from "./imports/operations.ts";
import { linkOperations } from "./links/operations.ts";
import type { OpenOperations, Operations } from "./operation.ts";
import { partnershipOperations } from "./partnerships/operations.ts";
import type { routes } from "./routes.ts";
import { tierOperations } from "./tiers/operations.ts";
import { triggerOperations } from "./triggers/operations.ts";

/** What each route does that asks who calls. */
export const operations = (dependencies: ApiDependencies): Operations<typeof routes> => ({
  ...partnershipOperations(dependencies),
  ...applicationOperations(dependencies),
  ...groupOperations(dependencies),
  ...tierOperations(dependencies),
  ...linkOperations(dependencies),
  ...customerOperations(dependencies),
  ...importOperations(dependencies),
  ...triggerOperations(dependencies),
  ...exportOperations(dependencies),
  ...auditLogOperations(dependencies),
});

/** What each route does that anybody may call. */
export const openOperations = (_dependencies: ApiDependencies): OpenOperations<typeof routes> => ({
  ...descriptionOperations,
});
