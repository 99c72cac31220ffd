import type { Principal } from "../../access/principal.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Stored } from "../../ledger/stored.ts";
import { type Transaction, transaction } from "../../records/transaction.ts";
import { type Answer, notFound, one } from "../envelope.ts";
import { findByEitherKey } from "../find-by-either-key.ts";
import { testFor } from "../partner-of-request.ts";
import type { ApiRequest } from "../request.ts";
import { transactionsFor } from "./transaction-shape.ts";

interface Dependencies {
  readonly ledger: Ledger;
}

/** The transaction that a path names; a partner finds its own only. */
async function transactionOf(
  ledger: Pick<Ledger, "find">,
  { program, kind, partnership }: Principal,
  key: string | undefined,
): Promise<Stored<Transaction>> {
  const found = await findByEitherKey(ledger, transaction, program, ["key"], key);
  if (kind === "partner" && found.record.partnership_key !== partnership) throw notFound();
  return found;
}

/** The same, to be changed: with test keys, test records alone. */
export async function transactionToChange(
  ledger: Pick<Ledger, "find">,
  principal: Principal,
  key: string | undefined,
): Promise<Stored<Transaction>> {
  const found = await transactionOf(ledger, principal, key);
  testFor(principal, found.record, "key");
  return found;
}

/** One transaction. */
export async function getTransaction({ ledger }: Dependencies, { principal, path }: ApiRequest): Promise<Answer> {
  const { record } = await transactionOf(ledger, principal, path["key"]);
  const [shown = {}] = await transactionsFor(ledger, principal, [record]);
  return one(shown, "Transaction retrieved");
}
