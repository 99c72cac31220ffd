import { API_BASE } from "../names.ts";
import type { Webhook } from "../records/webhook.ts";
import { type Letter, letter } from "./letter.ts";
import { utc } from "./link-closes.ts";

/** Tells that a webhook has been paused, why, and how to go on. Of its target only the host: the rest may hold a secret. */
export const webhookPaused = (
  { key, name, target, events, pause_reason, paused_at }: Webhook,
  programName: string,
): Letter =>
  letter(`A webhook of ${programName} has been paused`, [
    "Hello,",
    pause_reason === "gone"
      ? `The target of a webhook of ${programName} answered that it is gone for good (410), so nothing is sent to it any more.`
      : `Nothing has got through to a webhook of ${programName} for a whole day, so nothing is sent to it any more.`,
    {
      facts: [
        ["Webhook", name === null ? key : `${name} (${key})`],
        ["Target", URL.parse(target)?.host ?? "unknown"],
        ["Events", events.join(", ")],
        ...(paused_at === null ? [] : ([["Paused at", utc(paused_at)]] as const)),
      ],
    },
    "What happens from now on is not kept for it. When its target is mended, let it go on, and ask for what it has missed:",
    {
      facts: [
        ["Go on", `PATCH ${API_BASE}/webhooks/${key} with {"active": true}`],
        ["What failed", `GET ${API_BASE}/webhooks/${key}/deliveries?status=failed`],
      ],
    },
  ]);
