import { deliver, type DeliverDependencies } from "./deliver.ts";
import { noteEvent, type NoteEventDependencies } from "./note-event.ts";
import type { WebhookMessage } from "./webhook-message.ts";

/** Carries out what the queue of webhooks asks for. */
export const sendWebhooks = (deps: NoteEventDependencies & DeliverDependencies) => (message: WebhookMessage) =>
  message.step === "event" ? noteEvent(deps, message) : deliver(deps, message);
