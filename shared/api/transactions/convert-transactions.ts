import * as z from "zod";
import type { RecordingDependencies } from "../../recording/record-change.ts";
import { type Transaction, transaction } from "../../records/transaction.ts";
import { convert } from "../convert.ts";
import { eachOf, keysInput } from "../each-of.ts";
import { type Answer, one } from "../envelope.ts";
import type { ApiRequest } from "../request.ts";
import { validated } from "../validated.ts";
import { transactionToChange } from "./get-transaction.ts";
import { transactionsFor } from "./transaction-shape.ts";

/** Which records are to be converted. */
export const convertRequest = z.strictObject({ keys: keysInput });

/** Fixes the worth of a transaction that had no rate, at today's. */
export async function convertTransaction(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const made = await converted(dependencies, request, request.path["key"]);
  const [shown = {}] = await transactionsFor(dependencies.ledger, request.principal, [made]);
  return one(shown, "Transaction converted");
}

/** The same for several. */
export async function convertTransactions(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { keys } = validated(convertRequest, request.body === undefined ? {} : request.body);
  const work = async (each: ApiRequest, key: string) => {
    await converted(dependencies, each, key);
    return "Transaction converted";
  };
  return eachOf(request, keys, work, "Transactions converted");
}

async function converted(
  dependencies: RecordingDependencies,
  request: ApiRequest,
  key: string | undefined,
): Promise<Transaction> {
  const read = (wanted: string | undefined) => transactionToChange(dependencies.ledger, request.principal, wanted);
  const { record: found } = await read(key);
  return convert(dependencies, request, transaction, {
    key: found.key,
    action: "transaction.converted",
    read: () => read(found.key),
  });
}
