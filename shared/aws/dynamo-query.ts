import { type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { INDEXES, TABLE_KEYS } from "../names.ts";
import type { Item, Query } from "../ports.ts";
import { type Attributes, decodeItem } from "./dynamo-codec.ts";
import { createPlaceholders, type Placeholders } from "./dynamo-expression.ts";
import { persist } from "./dynamo-persist.ts";
import { keyRange, type KeyRange } from "./dynamo-range.ts";

/** The pages of a query; none of them is empty. */
export async function* queryItems(client: DynamoDBClient, tableName: string, query: Query): AsyncGenerator<Item[]> {
  const range = keyRange(query);
  if (range === undefined) return;
  const keys = keysOf(query);
  const request = { TableName: tableName, ...queryRequest(query, range) };
  // The item to start behind may be read and dropped, so one more is asked for.
  const spare = query.after === undefined ? 0 : 1;
  let left = query.limit ?? Infinity;
  let start: Attributes | undefined;
  while (left > 0) {
    // With a filter, a limit would be one of the items looked at.
    const Limit = query.limit === undefined || query.holding ? undefined : left + spare;
    const page = new QueryCommand({ ...request, Limit, ExclusiveStartKey: start });
    const { Items = [], LastEvaluatedKey } = await persist(() => client.send(page));
    const items = Items.map(decodeItem).filter(({ [keys.sk]: sk }) => typeof sk === "string" && range.holds(sk));
    if (items.length > 0) yield items.slice(0, left);
    left -= items.length;
    start = LastEvaluatedKey;
    if (start === undefined) return;
  }
}

const keysOf = ({ index }: Query) => (index === undefined ? TABLE_KEYS : INDEXES[index]);

function queryRequest(query: Query, range: KeyRange) {
  const { pk, index, holding, newestFirst = false } = query;
  const to = createPlaceholders();
  const keys = keysOf(query);
  const partition = `${to.name(keys.pk)} = ${to.value(pk)}`;
  const sort = sortExpression(range, keys.sk, to);
  return {
    KeyConditionExpression: sort === undefined ? partition : `${partition} AND ${sort}`,
    ...(holding && { FilterExpression: `contains(${to.name(holding.attribute)}, ${to.value(holding.text)})` }),
    ...to.members(),
    ScanIndexForward: !newestFirst,
    // An index cannot be read consistently.
    ...(index === undefined ? { ConsistentRead: true } : { IndexName: index }),
  };
}

function sortExpression({ condition }: KeyRange, key: string, to: Placeholders): string | undefined {
  if (condition === undefined) return undefined;
  const sk = to.name(key);
  if (condition.operator === "between")
    return `${sk} BETWEEN ${to.value(condition.from)} AND ${to.value(condition.to)}`;
  const value = to.value(condition.value);
  return condition.operator === "begins" ? `begins_with(${sk}, ${value})` : `${sk} ${condition.operator} ${value}`;
}
