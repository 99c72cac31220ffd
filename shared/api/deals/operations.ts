import type { ApiDependencies } from "../dependencies.ts";
import { listDealForms } from "../forms/list-form-templates.ts";
import type { Operations } from "../operation.ts";
import { assignDeal } from "./assign-deal.ts";
import { convertDeal } from "./convert-deal.ts";
import { createDeal } from "./create-deal.ts";
import { createDealFile } from "./create-deal-file.ts";
import { getDeal } from "./get-deal.ts";
import { getDealFile } from "./get-deal-file.ts";
import { listDealFiles } from "./list-deal-files.ts";
import { listDeals } from "./list-deals.ts";
import type { dealRoutes } from "./routes.ts";
import { archiveDeal, updateDeal } from "./update-deal.ts";

export const dealOperations = (dependencies: ApiDependencies): Operations<typeof dealRoutes> => ({
  listDeals: (request) => listDeals(dependencies, request),
  createDeal: (request) => createDeal(dependencies, request),
  listDealForms: (request) => listDealForms(dependencies, request),
  getDeal: (request) => getDeal(dependencies, request),
  updateDeal: (request) => updateDeal(dependencies, request),
  archiveDeal: (request) => archiveDeal(dependencies, request),
  convertDeal: (request) => convertDeal(dependencies, request),
  assignDeal: (request) => assignDeal(dependencies, request),
  listDealFiles: (request) => listDealFiles(dependencies, request),
  createDealFile: (request) => createDealFile(dependencies, request),
  getDealFile: (request) => getDealFile(dependencies, request),
});
