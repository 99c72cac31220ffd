import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { createCustomer } from "./create-customer.ts";
import { getCustomer } from "./get-customer.ts";
import { getCustomerHistory } from "./get-customer-history.ts";
import { listCustomers } from "./list-customers.ts";
import type { customerRoutes } from "./routes.ts";
import { archiveCustomer, updateCustomer } from "./update-customer.ts";

export const customerOperations = (dependencies: ApiDependencies): Operations<typeof customerRoutes> => ({
  listCustomers: (request) => listCustomers(dependencies, request),
  createCustomer: (request) => createCustomer(dependencies, request),
  getCustomer: (request) => getCustomer(dependencies, request),
  updateCustomer: (request) => updateCustomer(dependencies, request),
  getCustomerHistory: (request) => getCustomerHistory(dependencies, request),
  archiveCustomer: (request) => archiveCustomer(dependencies, request),
});
