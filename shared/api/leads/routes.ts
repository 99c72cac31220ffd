import { route } from "../route.ts";

const READ = "records:read:leads";
const WRITE = "records:write:leads";

export const leadRoutes = [
  route("listLeads", "GET", "/leads", READ, "Leads, newest first", { forPartners: true }),
  route("createLead", "POST", "/leads", WRITE, "Make a lead of a partner"),
  route("listLeadForms", "GET", "/leads/form-templates", READ, "The groups' forms of leads"),
  route("getLead", "GET", "/leads/{key}", READ, "One lead, by our key or yours", { forPartners: true }),
  route("updateLead", "PATCH", "/leads/{key}", WRITE, "Change a lead, or give it to another partner"),
  route("archiveLead", "DELETE", "/leads/{key}", WRITE, "Archive a lead"),
  route("convertLead", "POST", "/leads/{key}/convert", WRITE, "Make a customer of a lead"),
];
