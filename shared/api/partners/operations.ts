import { partnerTables } from "../../partners/partner-tables.ts";
import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { getPartner } from "./get-partner.ts";
import { getPartnerTable } from "./get-partner-table.ts";
import { listPartners } from "./list-partners.ts";
import type { partnerRoutes } from "./routes.ts";

export const partnerOperations = (dependencies: ApiDependencies): Operations<typeof partnerRoutes> => ({
  listPartners: (request) => listPartners(dependencies, request),
  getPartner: (request) => getPartner(dependencies, request),
  listPartnerCustomers: (request) => getPartnerTable(dependencies, request, partnerTables.customers),
  listPartnerRewards: (request) => getPartnerTable(dependencies, request, partnerTables.rewards),
  listPartnerTransactions: (request) => getPartnerTable(dependencies, request, partnerTables.transactions),
  listPartnerLeads: (request) => getPartnerTable(dependencies, request, partnerTables.leads),
  listPartnerDeals: (request) => getPartnerTable(dependencies, request, partnerTables.deals),
  listPartnerSubscriptions: (request) => getPartnerTable(dependencies, request, partnerTables.subscriptions),
});
