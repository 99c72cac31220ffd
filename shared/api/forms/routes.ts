import { route } from "../route.ts";

const READ = "records:read:groups";

export const formRoutes = [
  route("listFormTemplates", "GET", "/form-templates", READ, "The groups' forms, of every kind"),
  route(
    "listSalesCycleStages",
    "GET",
    "/sales-cycles/{object_type}/stages",
    READ,
    "Statuses of leads (`lead`) or stages of deals (`deal`)",
  ),
];
