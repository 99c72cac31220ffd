import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { archiveTransaction } from "./archive-transaction.ts";
import { convertTransaction, convertTransactions } from "./convert-transactions.ts";
import { createTransaction } from "./create-transaction.ts";
import { getTransaction } from "./get-transaction.ts";
import { listTransactions } from "./list-transactions.ts";
import { reviewTransaction } from "./review-transaction.ts";
import type { transactionRoutes } from "./routes.ts";

export const transactionOperations = (dependencies: ApiDependencies): Operations<typeof transactionRoutes> => ({
  listTransactions: (request) => listTransactions(dependencies, request),
  createTransaction: (request) => createTransaction(dependencies, request),
  convertTransactions: (request) => convertTransactions(dependencies, request),
  getTransaction: (request) => getTransaction(dependencies, request),
  reviewTransaction: (request) => reviewTransaction(dependencies, request),
  archiveTransaction: (request) => archiveTransaction(dependencies, request),
  convertTransaction: (request) => convertTransaction(dependencies, request),
});
