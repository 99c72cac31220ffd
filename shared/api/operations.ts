import { auditLogOperations } from "./audit-log/operations.ts";
import type { ApiDependencies } from "./dependencies.ts";
import { descriptionOperations } from "./description/operations.ts";
import { exportOperations } from "./exports/operations.ts";
import { importOperations } from "./imports/operations.ts";
import { keyPairOperations } from "./key-pairs/operations.ts";
import { meOperations } from "./me/operations.ts";
import type { OpenOperations, Operations } from "./operation.ts";
import type { routes } from "./routes.ts";
import { signInOperations } from "./sign-in/operations.ts";
import { teammateOperations } from "./teammates/operations.ts";
import { tokenOperations } from "./tokens/operations.ts";
import { triggerOperations } from "./triggers/operations.ts";

/** What each route does that asks who calls. */
export const operations = (dependencies: ApiDependencies): Operations<typeof routes> => ({
  ...importOperations(dependencies),
  ...triggerOperations(dependencies),
  ...exportOperations(dependencies),
  ...auditLogOperations(dependencies),
  ...keyPairOperations(dependencies),
  ...tokenOperations(dependencies),
  ...teammateOperations(dependencies),
  ...meOperations(dependencies),
});

/** What each route does that anybody may call. */
export const openOperations = (dependencies: ApiDependencies): OpenOperations<typeof routes> => ({
  ...descriptionOperations,
  ...signInOperations(dependencies),
});
