import { SQSClient } from "@aws-sdk/client-sqs";
import { clientSettings, once } from "./client-settings.ts";

export const sqs = /* @__PURE__ */ once(() => new SQSClient(clientSettings(10_000)));
