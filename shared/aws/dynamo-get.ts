import { BatchGetItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Item, Place } from "../ports.ts";
import { atOnce } from "../at-once.ts";
import { slices } from "./slices.ts";
import { type Attributes, decodeItem, encodePlace } from "./dynamo-codec.ts";
import { persist } from "./dynamo-persist.ts";
import { createPatience } from "./patience.ts";

const READ_KEYS = 100;
const READS_AT_ONCE = 8;

/** Consistent reads of any number of items, in order. */
export async function getItems(
  client: DynamoDBClient,
  tableName: string,
  places: readonly Place[],
): Promise<(Item | undefined)[]> {
  const distinct = [...new Map(places.map((place) => [idOf(place), place])).values()];
  const found = new Map<string, Item>();
  await atOnce(READS_AT_ONCE, slices(distinct, READ_KEYS), (some) => getSome(client, tableName, some, found));
  return places.map((place) => found.get(idOf(place)));
}

/** One text per place. Keys may hold any character, so the length says where the first one ends. */
export const idOf = ({ pk, sk }: Place): string => `${pk.length}#${pk}${sk}`;

async function getSome(
  client: DynamoDBClient,
  tableName: string,
  places: readonly Place[],
  found: Map<string, Item>,
): Promise<void> {
  const wait = createPatience();
  let Keys: Attributes[] = places.map(encodePlace);
  for (;;) {
    const request = new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys, ConsistentRead: true } } });
    const { Responses, UnprocessedKeys } = await persist(() => client.send(request));
    for (const attributes of Responses?.[tableName] ?? []) {
      const item = decodeItem(attributes);
      found.set(idOf(item), item);
    }
    Keys = UnprocessedKeys?.[tableName]?.Keys ?? [];
    if (Keys.length === 0) return;
    await wait(new Error(`${Keys.length} items of ${tableName} stay unread: DynamoDB is busy`));
  }
}
