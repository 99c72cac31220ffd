import type { Change } from "../ledger/entry.ts";
import { LANDING_MS } from "../names.ts";
import type { Clock, Queue } from "../ports.ts";
import { eventRules, eventsOn } from "./event-rules.ts";
import type { HeardEvents } from "./heard-events.ts";
import type { EventMessage, WebhookMessage } from "./webhook-message.ts";

/** What it takes to tell webhooks of something. */
export interface Announcing {
  readonly webhooks: Queue<WebhookMessage>;
  readonly heard: HeardEvents;
}

/** A change that is announced beforehand is looked for so long after, which is about when it lands. */
const FIRST_LOOK_SECONDS = 3;

/** Whoever is about to make a change has made it by then, or never will: no request lasts longer. */
const MOST_MS = 60_000;

/**
 * Tells webhooks of changes that are about to be made under this mark. Called before they are committed, so that nobody
 * can die in between; what does not come to be is not told. Nothing is sent that nobody listens to.
 */
export async function announceChanges(
  { webhooks, heard, clock }: Announcing & { readonly clock: Clock },
  program: string,
  changes: readonly Change[],
  mark: string,
): Promise<void> {
  const now = clock();
  const messages: EventMessage[] = [];
  for (const { declaration, before, after } of changes) {
    const happening = eventsOn(declaration.kind, before === undefined ? "creation" : "change").filter((event) =>
      eventRules[event].happens(before?.record, after),
    );
    const events = await heard(program, happening);
    if (events.length === 0) continue;
    const { kind } = declaration;
    const times = { since: now - LANDING_MS, until: now + MOST_MS };
    messages.push({ step: "event", program, events: [...events], kind, key: after.key, mark, ...times });
  }
  if (messages.length > 0) await webhooks.send(messages, { delaySeconds: FIRST_LOOK_SECONDS });
}
