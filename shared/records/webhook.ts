import * as z from "zod";
import { actor } from "./audit-entry.ts";
import { base, defineRecord, nullable } from "./record.ts";
import { WEBHOOK_PATTERNS } from "./webhook-events.ts";

const MOST_EVENTS = 100;

/** `by_request`: somebody paused it. `gone`: its target answered 410. `failing`: nothing came through for a day. */
const PAUSES = ["by_request", "gone", "failing"] as const;

export type Pause = (typeof PAUSES)[number];

/** What of a webhook its owner decides. */
export const webhookFields = {
  target: z.string().min(1).max(2048).meta({ description: "Address that events are posted to, over HTTPS" }),
  events: z
    .array(z.enum(WEBHOOK_PATTERNS))
    .min(1)
    .max(MOST_EVENTS)
    .meta({ description: "Events by name, all of a noun such as customer.*, or * for all" }),
  name: nullable.text(100).meta({ description: "For people to tell it by" }),
  active: z.boolean().meta({ description: "Whether events are sent; a paused one collects none" }),
};

const schema = z.object({
  ...base,
  ...webhookFields,
  // A name that is taken out of the list one day stays where it was written.
  events: z.array(z.string()).meta({ description: "Events by name, all of a noun such as customer.*, or * for all" }),
  pause_reason: z
    .enum(PAUSES)
    .nullable()
    .meta({ description: "Somebody paused it, its target answered 410 Gone, or nothing came through for a day" }),
  paused_at: nullable.instant(),
  archived: z.boolean(),
  made_by: actor,
});

export type Webhook = z.output<typeof schema>;

/** Webhooks lie together: whoever needs them needs all. */
export const webhooksPk = (program: string): string => `${program}/webhooks`;

/** An address that is told of what happens in the program. */
export const webhook = defineRecord({
  kind: "webhook",
  collection: "webhooks",
  schema,
  place: ({ program, key }) => ({ pk: webhooksPk(program), sk: key }),
  unique: () => [],
  listed: true,
});

/** What belongs to a webhook and is no part of it: its secrets, how it fares, what was sent to it. */
export const webhookPk = (program: string, key: string): string => `${program}/webhook/${key}`;
