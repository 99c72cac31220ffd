import { STSClient } from "@aws-sdk/client-sts";
import { clientSettings, once } from "./client-settings.ts";

export const sts = /* @__PURE__ */ once(() => new STSClient(clientSettings(10_000)));
