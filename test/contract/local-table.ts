import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { startDynoxide } from "../../infra/local/dynoxide.ts";
import { tableRequest } from "../../infra/local/provision.ts";
import { dynamo } from "../../shared/aws/dynamo-client.ts";
import { createDynamoTable } from "../../shared/aws/dynamo-table.ts";
import { useLocalAws } from "./local-aws.ts";

const NAME = "ledger";

/** The adapter over a DynamoDB of one's own, with the table that the platform describes. */
export async function startLocalTable() {
  const { url, close } = await startDynoxide();
  useLocalAws({ DYNAMODB: url });
  const client = dynamo();
  await client.send(new CreateTableCommand(tableRequest(NAME)));
  return {
    client,
    table: createDynamoTable({ client, tableName: NAME }),
    async close() {
      client.destroy();
      await close();
    },
  };
}
