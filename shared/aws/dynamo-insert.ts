import {
  BatchExecuteStatementCommand,
  type BatchStatementResponse,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { isDeepStrictEqual } from "node:util";
import { NotWritten } from "../errors.ts";
import type { Item, WriteLimit } from "../ports.ts";
import { atOnce } from "../at-once.ts";
import { slices } from "./slices.ts";
import { createAttempts, type Deadline, deadlineOf, Unanswered } from "./dynamo-attempts.ts";
import { decodeItem, encodeMap } from "./dynamo-codec.ts";
import { getItems } from "./dynamo-get.ts";
import { persist } from "./dynamo-persist.ts";

/** Statements in one request. */
const STATEMENTS = 25;
const REQUESTS_AT_ONCE = 8;

/** Refusals of one statement that pass. */
const PASSING = new Set([
  "ThrottlingError",
  "ProvisionedThroughputExceeded",
  "RequestLimitExceeded",
  "TransactionConflict",
  "InternalServerError",
]);

/**
 * Puts items where nothing is stored, 25 in a request. PartiQL's INSERT is the one conditional write that can be
 * batched: it takes the units of a plain put and a tenth of the client's work.
 */
export async function insertItems(
  client: DynamoDBClient,
  tableName: string,
  items: readonly Item[],
  limit?: WriteLimit,
): Promise<(boolean | undefined)[]> {
  const deadline = deadlineOf(limit);
  const answers = await atOnce(REQUESTS_AT_ONCE, slices(items, STATEMENTS), (some) =>
    insertSome(client, tableName, some, deadline),
  );
  return answers.flat();
}

async function insertSome(
  client: DynamoDBClient,
  tableName: string,
  items: readonly Item[],
  deadline: Deadline,
): Promise<(boolean | undefined)[]> {
  const attempts = createAttempts(deadline);
  const wait = attempts.patience();
  const inserted = new Map<Item, boolean>();
  let open = items;
  let wasRepeated = false;
  try {
    while (open.length > 0) {
      const Statements = open.map((item) => statement(tableName, item));
      let rounds = 0;
      const { Responses = [], $metadata } = await persist(() => {
        rounds += 1;
        const request = new BatchExecuteStatementCommand({ Statements });
        attempts.watch(request);
        return client.send(request, attempts.options);
      }, attempts.patience());
      wasRepeated ||= rounds > 1 || ($metadata.attempts ?? 1) > 1;
      const passing: Item[] = [];
      for (const [index, item] of open.entries()) {
        const failure = codeOf(Responses[index]);
        if (failure !== undefined && PASSING.has(failure)) passing.push(item);
        else inserted.set(item, failure === undefined);
      }
      open = passing;
      // A statement that was refused in passing may have been written all the same.
      wasRepeated ||= passing.length > 0;
      if (passing.length > 0)
        await wait(new Error(`${passing.length} items of ${tableName} stay unwritten: DynamoDB is busy`));
    }
  } catch (error) {
    const failure = attempts.failure(error);
    if (failure instanceof Unanswered) {
      wasRepeated = true;
      await failure.landed();
    } else if (!(failure instanceof NotWritten)) throw failure;
  }
  if (wasRepeated) await recogniseOwn(client, tableName, items, inserted);
  return items.map((item) => inserted.get(item));
}

function codeOf(response: BatchStatementResponse | undefined): string | undefined {
  if (response === undefined) throw new Error("DynamoDB left a statement unanswered");
  const { Error: refusal } = response;
  if (refusal === undefined || refusal.Code === "DuplicateItem" || PASSING.has(refusal.Code ?? ""))
    return refusal?.Code;
  throw new Error(`DynamoDB refused a statement: ${refusal.Code} ${refusal.Message}`);
}

/** The answer to an earlier attempt may have been lost: then what is stored is this very item. */
async function recogniseOwn(
  client: DynamoDBClient,
  tableName: string,
  items: readonly Item[],
  inserted: Map<Item, boolean>,
): Promise<void> {
  const doubtful = items.filter((item) => inserted.get(item) !== true);
  const stored = await getItems(client, tableName, doubtful);
  for (const [index, item] of doubtful.entries()) {
    const found = stored[index];
    if (found !== undefined) inserted.set(item, isDeepStrictEqual(decodeItem(encodeMap(item)), found));
  }
}

function statement(tableName: string, item: Item) {
  const attributes = Object.entries(encodeMap(item));
  // Attribute names come from declarations, never from a user; quotes are doubled all the same.
  const names = attributes.map(([name]) => `'${name.replaceAll("'", "''")}': ?`).join(", ");
  return { Statement: `INSERT INTO "${tableName}" VALUE {${names}}`, Parameters: attributes.map(([, value]) => value) };
}
