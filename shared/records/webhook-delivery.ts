import * as z from "zod";
import { derivedKey } from "./derived-key.ts";
import { base, defineRecord, nullable } from "./record.ts";
import { webhookPk } from "./webhook.ts";

export const DELIVERY_STATUSES = ["pending", "succeeded", "failed"] as const;

/** Why nothing came through, where there is more to say than the status of the answer. */
export const FAILURE_REASONS = [
  "bad_status",
  "redirected",
  "gone",
  "address_refused",
  "name_not_found",
  "connection_failed",
  "tls_failed",
  "timed_out",
  "paused",
  "archived",
] as const;

export type FailureReason = (typeof FAILURE_REASONS)[number];

/** What a webhook is tried out with; nobody has to listen to it. */
export const TEST_EVENT = "webhook.test";

const attempt = z.object({
  at: z.int().meta({ description: "Epoch milliseconds" }),
  status: z.int().nullable().meta({ description: "HTTP status of the answer; null where there was none" }),
  reason: z.enum(FAILURE_REASONS).nullable().meta({ description: "Why it failed; null when it succeeded" }),
  ms: z.int().nonnegative().meta({ description: "How long it took" }),
});

export type Attempt = z.output<typeof attempt>;

const schema = z.object({
  ...base,
  webhook_key: z.string(),
  event_id: z.string().meta({ description: "The webhook-id header: the same however often the event is sent" }),
  event: z.string(),
  status: z.enum(DELIVERY_STATUSES),
  attempts: z.array(attempt).meta({ description: "The latest, oldest first" }),
  next_at: nullable.instant().meta({ description: "When it is tried next; null when it is not" }),
  expires_at: z.int().meta({ description: "Until when it is kept" }),
  body: z.string().meta({ internal: true, description: "What is posted, letter by letter: signatures are of that" }),
  round: z.int().meta({ internal: true, description: "How often it was asked for again" }),
  tries: z.int().meta({ internal: true, description: "Attempts in this round" }),
});

export type WebhookDelivery = z.output<typeof schema>;

const DAY = 24 * 60 * 60 * 1000;

/** How long a delivery can be looked at, and asked for again. */
const DELIVERY_DAYS = 30;

export const expiryOf = (at: number): number => at + DELIVERY_DAYS * DAY;

const SK = "delivery#";

/** Keys of deliveries sort by time, so that a key is its own place in the list, also when nothing is there any more. */
export const deliveryKey = (at: number, ...about: readonly string[]): string =>
  derivedKey(`dlv_${String(at).padStart(13, "0")}`, ...about);

export const isDeliveryKey = (key: string): boolean => /^dlv_[0-9a-z]{39}$/.test(key);

/** The deliveries of a webhook, oldest first. */
export const deliveriesOf = (program: string, webhook: string) => ({ pk: webhookPk(program, webhook), begins: SK });

export const deliverySk = (key: string): string => `${SK}${key}`;

/** One event on its way to one webhook. */
export const webhookDelivery = defineRecord({
  kind: "webhook_delivery",
  collection: "deliveries",
  schema,
  place: ({ program, webhook_key, key }) => ({ pk: webhookPk(program, webhook_key), sk: deliverySk(key) }),
  unique: () => [],
  listed: false,
});
