/**
 * Writes the sample program beside this file: six CSV files as an owner would import them, and the program they belong to.
 * Everything comes from named random streams, so the committed files can be made again byte for byte.
 */
import { writeFileSync } from "node:fs";
import { toCsv } from "./csv.ts";
import { CUSTOMER_HEADER, customerRow, makeCustomers } from "./customers.ts";
import { DEAL_HEADER, dealRow, makeDeals } from "./deals.ts";
import { LEAD_HEADER, leadRow, makeLeads } from "./leads.ts";
import { makePartners, PARTNER_HEADER, partnerRow } from "./partners.ts";
import { PROGRAM } from "./program.ts";
import { makeRewards, REWARD_HEADER, rewardRow } from "./rewards.ts";
import { makeTransactions, TRANSACTION_HEADER, transactionRow } from "./transactions.ts";

/** File name to content. */
export function generateSample(): Record<string, string> {
  const partners = makePartners();
  const customers = makeCustomers(partners);
  const transactions = makeTransactions(customers);
  const rewards = makeRewards(customers, transactions);
  return {
    "program.json": `${JSON.stringify(PROGRAM, null, 2)}\n`,
    "partners.csv": toCsv(PARTNER_HEADER, partners.map(partnerRow)),
    // CRLF, as spreadsheets save it; the line breaks inside fields stay LF.
    "customers.csv": toCsv(CUSTOMER_HEADER, customers.map(customerRow), "\r\n"),
    "transactions.csv": toCsv(TRANSACTION_HEADER, transactions.map(transactionRow)),
    "rewards.csv": toCsv(REWARD_HEADER, rewards.map(rewardRow)),
    "leads.csv": toCsv(LEAD_HEADER, makeLeads(partners, customers).map(leadRow)),
    "deals.csv": toCsv(DEAL_HEADER, makeDeals(partners, customers).map(dealRow)),
  };
}

if (import.meta.main) {
  for (const [name, content] of Object.entries(generateSample())) {
    writeFileSync(new URL(name, import.meta.url), content);
  }
}
