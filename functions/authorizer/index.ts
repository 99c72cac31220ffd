import { systemClock } from "../../shared/aws/clock.ts";
import { dynamo } from "../../shared/aws/dynamo-client.ts";
import { createDynamoTable } from "../../shared/aws/dynamo-table.ts";
import { readEnvironment } from "../../shared/aws/environment.ts";
import { createLog } from "../../shared/aws/logger.ts";
import { createHandler } from "./handler.ts";

const env = readEnvironment(["table"]);

export const handler = createHandler({
  table: createDynamoTable({ client: dynamo(), tableName: env.table }),
  clock: systemClock,
  log: createLog("authorizer"),
});
