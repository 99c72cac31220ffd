import { route } from "../route.ts";

const READ = "records:read:deals";
const WRITE = "records:write:deals";

export const dealRoutes = [
  route("listDeals", "GET", "/deals", READ, "Deals, newest first", { forPartners: true }),
  route("createDeal", "POST", "/deals", WRITE, "Make a deal of a partner, or the vendor's own"),
  route("listDealForms", "GET", "/deals/form-templates", READ, "The groups' forms of deals"),
  route("getDeal", "GET", "/deals/{key}", READ, "One deal, by our key or yours", { forPartners: true }),
  route("updateDeal", "PATCH", "/deals/{key}", WRITE, "Change a deal, or give it to another partner"),
  route("archiveDeal", "DELETE", "/deals/{key}", WRITE, "Archive a deal"),
  route("convertDeal", "POST", "/deals/{key}/convert", WRITE, "Make a customer of a deal"),
  route(
    "assignDeal",
    "POST",
    "/deals/{key}/assignment/{partnership_key}/{stack_key}",
    WRITE,
    "Give a deal to a partner; the team of the path has no meaning",
  ),
  route("listDealFiles", "GET", "/deals/{key}/files", READ, "A deal's files, newest first", { forPartners: true }),
  route(
    "createDealFile",
    "POST",
    "/deals/{key}/files",
    WRITE,
    "Attach a file to a deal, answered with where to upload it",
  ),
  route("getDealFile", "GET", "/deals/{key}/file/{file_key}", READ, "One file of a deal, with a link to it", {
    forPartners: true,
  }),
];
