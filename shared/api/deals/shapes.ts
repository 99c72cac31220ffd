import { DEAL_SOURCES } from "../../records/deal.ts";
import { formsQuery } from "../forms/shapes.ts";
import {
  cursors,
  done,
  inQuery,
  limit,
  listOf,
  listQuery,
  one,
  ownedQuery,
  type Shapes,
  soughtList,
} from "../openapi-shape.ts";
import { conversionRequest } from "../pipeline/convert.ts";
import { schemaOf } from "../schema-of.ts";
import { dealFileRequest } from "./create-deal-file.ts";
import { dealChange, dealRequest } from "./deal-body.ts";
import { createdDealFileShape, dealFileShape, linkedDealFileShape } from "./deal-file-shape.ts";
import { dealShape } from "./deal-shape.ts";
import type { dealRoutes } from "./routes.ts";

/** What routes of deals answer, by the names of the components. */
export const dealSchemas = {
  Deal: dealShape,
  DealFile: dealFileShape,
  CreatedDealFile: createdDealFileShape,
  LinkedDealFile: linkedDealFileShape,
};

export const dealShapes = (): Shapes<typeof dealRoutes> => ({
  listDeals: soughtList("Deal", [
    ...listQuery({ byUpdate: true }),
    ...ownedQuery,
    inQuery("stage", "Only those of this stage, by its name or api_name", { type: "string" }),
    inQuery("source", "Only those that partners brought, or that the program brought itself (`vendor`)", {
      type: "string",
      enum: [...DEAL_SOURCES],
    }),
    inQuery("customer_key", "Only those that became this customer, by our key or yours; may come more than once", {
      type: "string",
    }),
    inQuery("archived", "With `true` only archived deals, with `false` only the others", { type: "boolean" }),
  ]),
  createDeal: { ...one("Deal"), body: schemaOf(dealRequest, "input") },
  listDealForms: listOf("FormTemplate", formsQuery),
  getDeal: one("Deal"),
  updateDeal: { ...one("Deal"), body: schemaOf(dealChange, "input") },
  archiveDeal: done(),
  convertDeal: { ...one("Customer"), body: schemaOf(conversionRequest, "input") },
  assignDeal: one("Deal"),
  listDealFiles: listOf("DealFile", [limit, ...cursors]),
  createDealFile: { ...one("CreatedDealFile"), body: schemaOf(dealFileRequest, "input") },
  getDealFile: one("LinkedDealFile"),
});
