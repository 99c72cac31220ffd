import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { clientSettings, once } from "./client-settings.ts";

export const dynamo = /* @__PURE__ */ once(() => new DynamoDBClient(clientSettings(10_000)));
