import { formsQuery } from "../forms/shapes.ts";
import { done, inQuery, listOf, listQuery, one, ownedQuery, type Shapes, soughtList } from "../openapi-shape.ts";
import { conversionRequest } from "../pipeline/convert.ts";
import { schemaOf } from "../schema-of.ts";
import { leadChange, leadRequest } from "./lead-body.ts";
import { leadShape } from "./lead-shape.ts";
import type { leadRoutes } from "./routes.ts";

/** What routes of leads answer, by the names of the components. */
export const leadSchemas = { Lead: leadShape };

export const leadShapes = (): Shapes<typeof leadRoutes> => ({
  listLeads: soughtList("Lead", [
    ...listQuery({ byUpdate: true }),
    ...ownedQuery,
    inQuery("status", "Only those of this status, by its name or api_name", { type: "string" }),
    inQuery("approved", "With `true` only approved leads, with `false` only the others", { type: "boolean" }),
    inQuery("archived", "With `true` only archived leads, with `false` only the others", { type: "boolean" }),
  ]),
  createLead: { ...one("Lead"), body: schemaOf(leadRequest, "input") },
  listLeadForms: listOf("FormTemplate", formsQuery),
  getLead: one("Lead"),
  updateLead: { ...one("Lead"), body: schemaOf(leadChange, "input") },
  archiveLead: done(),
  convertLead: { ...one("Customer"), body: schemaOf(conversionRequest, "input") },
});
