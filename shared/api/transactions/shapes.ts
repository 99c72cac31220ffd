import { eachShape } from "../each-of.ts";
import { done, inQuery, listQuery, moneyQuery, one, ownedQuery, type Shapes, soughtList } from "../openapi-shape.ts";
import { schemaOf } from "../schema-of.ts";
import { convertRequest } from "./convert-transactions.ts";
import { transactionRequest } from "./create-transaction.ts";
import { transactionReview } from "./review-transaction.ts";
import type { transactionRoutes } from "./routes.ts";
import { partnersTransactionShape, transactionShape } from "./transaction-shape.ts";

/** What routes of transactions answer, by the names of the components; `EachDone` is what is told of many. */
export const transactionSchemas = {
  Transaction: transactionShape,
  PartnersTransaction: partnersTransactionShape,
  EachDone: eachShape,
};

const SHOWN = ["Transaction", "PartnersTransaction"] as const;

const query = [
  ...listQuery(),
  ...ownedQuery,
  ...moneyQuery,
  inQuery("approved", "With `true` only approved transactions, with `false` only the others", { type: "boolean" }),
  inQuery("archived", "With `true` only archived transactions, with `false` only the others", { type: "boolean" }),
];

export const transactionShapes = (): Shapes<typeof transactionRoutes> => ({
  listTransactions: soughtList(SHOWN, query),
  createTransaction: { ...one("Transaction"), body: schemaOf(transactionRequest, "input") },
  convertTransactions: { ...one("EachDone"), body: schemaOf(convertRequest, "input") },
  getTransaction: one(SHOWN),
  reviewTransaction: { ...one("Transaction"), body: schemaOf(transactionReview, "input") },
  archiveTransaction: done(),
  convertTransaction: one("Transaction"),
});
