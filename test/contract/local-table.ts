import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { startDynoxide } from "../../infra/local/dynoxide.ts";
import { table as described } from "../../infra/platform.ts";
import { dynamo } from "../../shared/aws/clients.ts";
import { createDynamoTable } from "../../shared/aws/dynamo-table.ts";
import { useLocalAws } from "./local-aws.ts";

const NAME = "ledger";

/** The adapter over a DynamoDB of one's own, with the table that the platform describes. */
export async function startLocalTable() {
  const { url, close } = await startDynoxide();
  useLocalAws({ DYNAMODB: url });
  const client = dynamo();
  const { partitionKey, sortKey, indexes } = described;
  const keyed = [partitionKey, sortKey, ...indexes.flatMap((index) => [index.partitionKey, index.sortKey])];
  await client.send(
    new CreateTableCommand({
      TableName: NAME,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: keyed.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: keySchema(partitionKey, sortKey),
      GlobalSecondaryIndexes: indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keySchema(index.partitionKey, index.sortKey),
        Projection: { ProjectionType: "ALL" },
      })),
    }),
  );
  return {
    client,
    table: createDynamoTable({ client, tableName: NAME }),
    async close() {
      client.destroy();
      await close();
    },
  };
}

const keySchema = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: "HASH" as const },
  { AttributeName: sort, KeyType: "RANGE" as const },
];
