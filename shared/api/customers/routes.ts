import { route } from "../route.ts";

const READ = "records:read:customers";
const WRITE = "records:write:customers";

export const customerRoutes = [
  route("listCustomers", "GET", "/customers", READ, "Customers, newest first", { forPartners: true }),
  route("createCustomer", "POST", "/customers", WRITE, "Make a customer of a partner"),
  route("getCustomer", "GET", "/customers/{key}", READ, "One customer, by our key or yours", { forPartners: true }),
  route("updateCustomer", "PATCH", "/customers/{key}", WRITE, "Change a customer, or give it to another partner"),
  route("getCustomerHistory", "GET", "/customers/{key}/history", READ, "A customer's purchases and sign-up", {
    forPartners: true,
  }),
  route("archiveCustomer", "DELETE", "/customers/{key}", WRITE, "Archive a customer"),
];
