import { route } from "../route.ts";

const READ = "records:read:partnerships";
const CUSTOMERS = "records:read:customers";

export const partnerRoutes = [
  route("listPartners", "GET", "/partners", READ, "The table of all partners, with what they have brought"),
  route("getPartner", "GET", "/partners/{key}", READ, "One partner with figures and latest activity, by key or e-mail"),
  route("listPartnerCustomers", "GET", "/partners/{key}/customers", CUSTOMERS, "A partner's customers", {
    forPartners: true,
  }),
  route("listPartnerRewards", "GET", "/partners/{key}/rewards", "records:read:rewards", "A partner's rewards", {
    forPartners: true,
  }),
  route(
    "listPartnerTransactions",
    "GET",
    "/partners/{key}/transactions",
    "records:read:transactions",
    "Transactions of a partner's customers",
    { forPartners: true },
  ),
  route("listPartnerLeads", "GET", "/partners/{key}/leads", "records:read:leads", "A partner's leads", {
    forPartners: true,
  }),
  route("listPartnerDeals", "GET", "/partners/{key}/deals", "records:read:deals", "A partner's deals", {
    forPartners: true,
  }),
  route(
    "listPartnerSubscriptions",
    "GET",
    "/partners/{key}/subscriptions",
    CUSTOMERS,
    "Subscriptions of a partner's customers",
    { forPartners: true },
  ),
];
