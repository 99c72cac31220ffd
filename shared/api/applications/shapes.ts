import { PARTNER_STATUSES } from "../../records/partnership.ts";
import { inQuery, listQuery, one, type Shapes, soughtList } from "../openapi-shape.ts";
import { partnersQuery } from "../partnerships/shapes.ts";
import { schemaOf } from "../schema-of.ts";
import { applicationShape } from "./application-shape.ts";
import { applicationRequest } from "./create-application.ts";
import { decisionRequest, decisionsRequest } from "./decide-applications.ts";
import type { applicationRoutes } from "./routes.ts";

/** What routes of applications answer, by the names of the components. */
export const applicationSchemas = { Application: applicationShape };

export const applicationShapes = (): Shapes<typeof applicationRoutes> => ({
  listApplications: soughtList("Application", [
    ...listQuery({ byUpdate: true }),
    inQuery("approved_status", "Only applications of this status", { type: "string", enum: PARTNER_STATUSES }),
    inQuery("status", "The same as `approved_status`", { type: "string", enum: PARTNER_STATUSES }),
    ...partnersQuery,
  ]),
  createApplication: { ...one("Application"), body: schemaOf(applicationRequest, "input") },
  decideApplications: { ...one("Bulk"), body: schemaOf(decisionsRequest, "input") },
  decideApplication: { ...one("Application"), body: schemaOf(decisionRequest, "input") },
});
