import { SESClient } from "@aws-sdk/client-ses";
import { clientSettings, once } from "./client-settings.ts";

/** SES takes no token by which it would know a mail again, so that a repeated request may be a second mail. */
export const ses = /* @__PURE__ */ once(() => new SESClient({ ...clientSettings(20_000), maxAttempts: 1 }));
