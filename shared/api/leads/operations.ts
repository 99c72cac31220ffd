import type { ApiDependencies } from "../dependencies.ts";
import { listLeadForms } from "../forms/list-form-templates.ts";
import type { Operations } from "../operation.ts";
import { convertLead } from "./convert-lead.ts";
import { createLead } from "./create-lead.ts";
import { getLead } from "./get-lead.ts";
import { listLeads } from "./list-leads.ts";
import type { leadRoutes } from "./routes.ts";
import { archiveLead, updateLead } from "./update-lead.ts";

export const leadOperations = (dependencies: ApiDependencies): Operations<typeof leadRoutes> => ({
  listLeads: (request) => listLeads(dependencies, request),
  createLead: (request) => createLead(dependencies, request),
  listLeadForms: (request) => listLeadForms(dependencies, request),
  getLead: (request) => getLead(dependencies, request),
  updateLead: (request) => updateLead(dependencies, request),
  archiveLead: (request) => archiveLead(dependencies, request),
  convertLead: (request) => convertLead(dependencies, request),
});
