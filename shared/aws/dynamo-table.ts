import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { isDeepStrictEqual } from "node:util";
import type { Table, Write } from "../ports.ts";
import { decodeItem, encodeMap } from "./dynamo-codec.ts";
import { getItems } from "./dynamo-get.ts";
import { insertItems } from "./dynamo-insert.ts";
import { persist } from "./dynamo-persist.ts";
import { queryItems } from "./dynamo-query.ts";
import { transactItems } from "./dynamo-transact.ts";
import { placeOf, toRequest } from "./dynamo-write.ts";

/** The table, in DynamoDB. */
export function createDynamoTable({ client, tableName }: { client: DynamoDBClient; tableName: string }): Table {
  async function writeItem(write: Write): Promise<boolean> {
    if (needsToken(write)) return (await transactItems(client, tableName, [write])).length === 0;
    const { Put, Delete, Update } = toRequest(tableName, write);
    let rounds = 0;
    try {
      await persist(async () => {
        rounds += 1;
        if (Put) await client.send(new PutItemCommand(Put));
        if (Delete) await client.send(new DeleteItemCommand(Delete));
        if (Update) await client.send(new UpdateItemCommand(Update));
      });
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const attempts = rounds - 1 + (error.$metadata.attempts ?? 1);
      return attempts > 1 && (await isDone(write));
    }
  }

  /** An earlier attempt may have written and its answer been lost: then it is this very write that fails its condition. */
  async function isDone(write: Write): Promise<boolean> {
    const [stored] = await getItems(client, tableName, [placeOf(write)]);
    if ("put" in write) return isDeepStrictEqual(decodeItem(encodeMap(write.put)), stored);
    return "remove" in write && stored === undefined;
  }

  return {
    get: (places) => getItems(client, tableName, places),
    query: (query) => queryItems(client, tableName, query),
    write: writeItem,
    insert: (items, limit) => insertItems(client, tableName, items, limit),
    transact: (writes, limit) => transactItems(client, tableName, writes, limit),
  };
}

/**
 * Whether a repeated attempt would do harm or not know its own work: an addition would count twice, and what is stored
 * does not tell who made a conditional update. Such writes go as a transaction, whose token settles it.
 */
const needsToken = (write: Write): boolean =>
  "check" in write || ("update" in write && (write.when !== undefined || Object.keys(write.add ?? {}).length > 0));
