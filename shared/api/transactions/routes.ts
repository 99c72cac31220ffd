import { route } from "../route.ts";

const READ = "records:read:transactions";
const WRITE = "records:write:transactions";

export const transactionRoutes = [
  route("listTransactions", "GET", "/transactions", READ, "Transactions, newest first", { forPartners: true }),
  route("createTransaction", "POST", "/transactions", WRITE, "Record what a customer paid, or got back"),
  route("convertTransactions", "POST", "/transactions/convert", WRITE, "Fix the worth of transactions in US dollars"),
  route("getTransaction", "GET", "/transactions/{key}", READ, "One transaction", { forPartners: true }),
  route("reviewTransaction", "PATCH", "/transactions/{key}", WRITE, "Approve a transaction, or say why not"),
  route("archiveTransaction", "DELETE", "/transactions/{key}", WRITE, "Archive a transaction"),
  route(
    "convertTransaction",
    "POST",
    "/transactions/{key}/convert",
    WRITE,
    "Fix its worth in US dollars, at today's rate",
  ),
];
