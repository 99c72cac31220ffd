import {
  BatchExecuteStatementCommand,
  type BatchStatementResponse,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { isDeepStrictEqual } from "node:util";
import type { Item } from "../ports.ts";
import { atOnce } from "../at-once.ts";
import { slices } from "./slices.ts";
import { decodeItem, encodeMap } from "./dynamo-codec.ts";
import { getItems } from "./dynamo-get.ts";
import { persist } from "./dynamo-persist.ts";
import { createPatience } from "./patience.ts";

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
): Promise<boolean[]> {
  const answers = await atOnce(REQUESTS_AT_ONCE, slices(items, STATEMENTS), (some) =>
    insertSome(client, tableName, some),
  );
  return answers.flat();
}

async function insertSome(client: DynamoDBClient, tableName: string, items: readonly Item[]): Promise<boolean[]> {
  const wait = createPatience();
  const inserted = new Map<Item, boolean>();
  let open = items;
  let wasRepeated = false;
  while (open.length > 0) {
    const Statements = open.map((item) => statement(tableName, item));
    let rounds = 0;
    const { Responses = [], $metadata } = await persist(() => {
      rounds += 1;
      return client.send(new BatchExecuteStatementCommand({ Statements }));
    });
    wasRepeated ||= rounds > 1 || ($metadata.attempts ?? 1) > 1;
    const passing: Item[] = [];
    for (const [index, item] of open.entries()) {
      const failure = codeOf(Responses[index]);
      if (failure !== undefined && PASSING.has(failure)) passing.push(item);
      else inserted.set(item, failure === undefined);
    }
    if (passing.length > 0)
      await wait(new Error(`${passing.length} items of ${tableName} stay unwritten: DynamoDB is busy`));
    // A statement that was refused in passing may have been written all the same.
    wasRepeated ||= passing.length > 0;
    open = passing;
  }
  if (wasRepeated) await recogniseOwn(client, tableName, inserted);
  return items.map((item) => inserted.get(item) ?? false);
}

function codeOf(response: BatchStatementResponse | undefined): string | undefined {
  if (response === undefined) throw new Error("DynamoDB left a statement unanswered");
  const { Error: refusal } = response;
  if (refusal === undefined || refusal.Code === "DuplicateItem" || PASSING.has(refusal.Code ?? ""))
    return refusal?.Code;
  throw new Error(`DynamoDB refused a statement: ${refusal.Code} ${refusal.Message}`);
}

/** The answer to an earlier attempt may have been lost: then what is stored is this very item. */
async function recogniseOwn(client: DynamoDBClient, tableName: string, inserted: Map<Item, boolean>): Promise<void> {
  const refused = [...inserted].filter(([, done]) => !done).map(([item]) => item);
  const stored = await getItems(client, tableName, refused);
  for (const [index, item] of refused.entries()) {
    if (isDeepStrictEqual(decodeItem(encodeMap(item)), stored[index])) inserted.set(item, true);
  }
}

function statement(tableName: string, item: Item) {
  const attributes = Object.entries(encodeMap(item));
  // Attribute names come from declarations, never from a user; quotes are doubled all the same.
  const names = attributes.map(([name]) => `'${name.replaceAll("'", "''")}': ?`).join(", ");
  return { Statement: `INSERT INTO "${tableName}" VALUE {${names}}`, Parameters: attributes.map(([, value]) => value) };
}
