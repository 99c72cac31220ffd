import { type DynamoDBClient, TransactionCanceledException, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { isDeepStrictEqual } from "node:util";
import { NotWritten } from "../errors.ts";
import type { Write, WriteLimit } from "../ports.ts";
import { type Attempts, createAttempts, deadlineOf, Unanswered } from "./dynamo-attempts.ts";
import { decodeItem, encodeMap } from "./dynamo-codec.ts";
import { getItems, idOf } from "./dynamo-get.ts";
import { persist } from "./dynamo-persist.ts";
import { placeOf, toRequest } from "./dynamo-write.ts";

const TRANSACTION_WRITES = 100;
const PASSING_REASONS = new Set(["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"]);

/** All writes or none; the indexes of the writes whose condition failed. */
export async function transactItems(
  client: DynamoDBClient,
  tableName: string,
  writes: readonly Write[],
  limit?: WriteLimit,
): Promise<readonly number[]> {
  if (writes.length === 0) return [];
  requireDistinct(writes);
  const attempts = createAttempts(deadlineOf(limit));
  try {
    return await persistently(client, tableName, writes, attempts);
  } catch (error) {
    const failure = attempts.failure(error);
    if (!(failure instanceof Unanswered) || !writes.some((write) => "put" in write)) throw failure;
    await failure.landed();
    if (await isWritten(client, tableName, writes)) return [];
    throw new NotWritten(failure);
  }
}

/** Any of the items tells, as the others may have been changed since. */
async function isWritten(client: DynamoDBClient, tableName: string, writes: readonly Write[]): Promise<boolean> {
  const puts = writes.flatMap((write) => ("put" in write ? [write.put] : []));
  const stored = await getItems(client, tableName, puts);
  return puts.some((item, index) => isDeepStrictEqual(decodeItem(encodeMap(item)), stored[index]));
}

async function persistently(
  client: DynamoDBClient,
  tableName: string,
  writes: readonly Write[],
  attempts: Attempts,
): Promise<readonly number[]> {
  const TransactItems = writes.map((write) => toRequest(tableName, write));
  const wait = attempts.patience();
  for (;;) {
    // The token makes attempts whose answer was lost harmless. Once DynamoDB says that nothing was written, it is a new one.
    const request = new TransactWriteItemsCommand({ TransactItems, ClientRequestToken: crypto.randomUUID() });
    attempts.watch(request);
    try {
      await persist(() => client.send(request, attempts.options), attempts.patience());
      return [];
    } catch (error) {
      const failed = failedConditions(error);
      if (failed.length > 0) return failed;
      await wait(error);
    }
  }
}

/** The writes whose condition failed; none when it was only busy. Throws what no further attempt can mend. */
function failedConditions(error: unknown): number[] {
  if (!(error instanceof TransactionCanceledException)) throw error;
  const reasons = (error.CancellationReasons ?? []).map(({ Code = "None" }) => Code);
  const failed = reasons.flatMap((reason, index) => (reason === "ConditionalCheckFailed" ? [index] : []));
  const others = reasons.filter((reason) => reason !== "None" && reason !== "ConditionalCheckFailed");
  const isHopeless = others.some((reason) => !PASSING_REASONS.has(reason));
  if (isHopeless || failed.length + others.length === 0) throw error;
  return failed;
}

function requireDistinct(writes: readonly Write[]): void {
  if (writes.length > TRANSACTION_WRITES) {
    throw new Error(`${writes.length} writes in one transaction: it takes at most ${TRANSACTION_WRITES}`);
  }
  const seen = new Set<string>();
  for (const place of writes.map(placeOf)) {
    const id = idOf(place);
    if (seen.has(id)) throw new Error(`two writes of one transaction on the same item`);
    seen.add(id);
  }
}
