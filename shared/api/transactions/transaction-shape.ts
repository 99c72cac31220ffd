import * as z from "zod";
import type { Principal } from "../../access/principal.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Customer } from "../../records/customer.ts";
import { isTest } from "../../records/record.ts";
import { type Transaction, transaction } from "../../records/transaction.ts";
import { companyOf, companyShape } from "../company.ts";
import { customersOf, partnershipsOf } from "../joins.ts";
import { loadProgram } from "../load-program.ts";
import { present, visibleShape } from "../present.ts";

/** A transaction as the vendor's side sees it. */
export const transactionShape = z.object({
  ...visibleShape(transaction),
  metadata: z.record(z.string(), z.unknown()).meta({ description: "What its maker says of it" }),
  customer: z
    .object({
      key: z.string(),
      email: z.string(),
      name: z.string().nullable(),
      external_key: z.string().meta({ description: "Your own key of the customer" }),
    })
    .nullable(),
  partner_key: z.string().nullable().meta({ description: "partner_key of the partner whose it is" }),
  company: companyShape,
  extension: z.null(),
  test: z.boolean(),
});

/** A transaction as a partner's token sees it: nothing that tells who paid. */
export const partnersTransactionShape = z.object({
  key: z.string(),
  created_at: z.int(),
  updated_at: z.int(),
  amount: z.int(),
  amount_usd: z.int().nullable(),
  currency: z.string(),
  approved: z.boolean(),
  archived: z.boolean(),
  category_key: z.string().nullable(),
  product_key: z.string().nullable(),
  customer_key: z.string(),
  partnership_key: z.string().nullable(),
  company: companyShape,
  test: z.boolean(),
});

type Reader = Pick<Ledger, "find" | "read">;

/** Transactions as whoever asks may see them. */
export const transactionsFor = (
  ledger: Reader,
  principal: Principal,
  transactions: readonly Transaction[],
): Promise<object[]> =>
  principal.kind === "partner"
    ? presentToPartner(ledger, principal.program, transactions)
    : presentTransactions(ledger, principal.program, transactions);

async function presentTransactions(ledger: Reader, program: string, transactions: readonly Transaction[]) {
  const [owner, partnershipOf, customerOf] = await Promise.all([
    loadProgram(ledger, program),
    partnershipsOf(ledger, program, transactions),
    customersOf(ledger, program, transactions),
  ]);
  return transactions.map((one) => ({
    ...present(transaction, one),
    customer: presentBuyer(customerOf(one.customer_key)),
    partner_key: partnershipOf(one.partnership_key)?.partner_key ?? null,
    company: companyOf(owner),
    extension: null,
    test: isTest(one),
  }));
}

/** The customer of a transaction or a reward, beside it. */
export const presentBuyer = (buyer: Customer | undefined) =>
  buyer === undefined
    ? null
    : { key: buyer.key, email: buyer.email, name: buyer.name, external_key: buyer.customer_key };

async function presentToPartner(ledger: Reader, program: string, transactions: readonly Transaction[]) {
  const company = companyOf(await loadProgram(ledger, program));
  return transactions.map((one): z.output<typeof partnersTransactionShape> => ({
    key: one.key,
    created_at: one.created_at,
    updated_at: one.updated_at,
    amount: one.amount,
    amount_usd: one.amount_usd,
    currency: one.currency,
    approved: one.approved,
    archived: one.archived,
    category_key: one.category_key,
    product_key: one.product_key,
    customer_key: one.customer_key,
    partnership_key: one.partnership_key,
    company,
    test: isTest(one),
  }));
}
