import { schemaOf } from "../schema-of.ts";
import { done, inQuery, listOf, listQuery, one, ownedQuery, type Shapes, soughtList } from "../openapi-shape.ts";
import { customerRequest } from "./create-customer.ts";
import { customerShape, partnersCustomerShape } from "./customer-shape.ts";
import { customerEventShape } from "./get-customer-history.ts";
import type { customerRoutes } from "./routes.ts";
import { customerChange } from "./update-customer.ts";

/** What routes of customers answer, by the names of the components. */
export const customerSchemas = {
  Customer: customerShape,
  PartnersCustomer: partnersCustomerShape,
  CustomerEvent: customerEventShape,
};

const SHOWN = ["Customer", "PartnersCustomer"] as const;

export const customerShapes = (): Shapes<typeof customerRoutes> => ({
  listCustomers: soughtList(SHOWN, [
    ...listQuery({ byUpdate: true }),
    ...ownedQuery,
    inQuery("email", "Only the customer with exactly this e-mail address, even where it is not told", {
      type: "string",
    }),
  ]),
  createCustomer: { ...one("Customer"), body: schemaOf(customerRequest, "input") },
  getCustomer: one(SHOWN),
  updateCustomer: { ...one("Customer"), body: schemaOf(customerChange, "input") },
  getCustomerHistory: listOf("CustomerEvent"),
  archiveCustomer: done(),
});
