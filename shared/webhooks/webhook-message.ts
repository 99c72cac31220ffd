import * as z from "zod";

/** A change that has been made, or is about to be: which of these events it is, the record tells. */
const changed = z.object({
  step: z.literal("event"),
  program: z.string(),
  events: z.array(z.string()).min(1),
  kind: z.string().meta({ description: "Of the record that changes" }),
  key: z.string(),
  mark: z.string().meta({ description: "Names the change" }),
  since: z.int().meta({ description: "The change was made at this instant or after it" }),
  until: z
    .int()
    .nullable()
    .meta({ description: "Of a change that was announced beforehand: until when it may still be on its way" }),
});

const deliver = z.object({
  step: z.literal("deliver"),
  program: z.string(),
  webhook: z.string(),
  delivery: z.string(),
  round: z.int(),
  attempt: z.int().meta({ description: "Which one of the round it is, from 0 on" }),
  due: z.int().meta({ description: "Not before this instant" }),
});

/** What the queue of webhooks carries. */
export const webhookMessage = z.discriminatedUnion("step", [changed, deliver]);

export type WebhookMessage = Readonly<z.output<typeof webhookMessage>>;
export type EventMessage = Extract<WebhookMessage, { readonly step: "event" }>;
export type DeliverMessage = Extract<WebhookMessage, { readonly step: "deliver" }>;
