/** What can happen that a program is told of, by the noun that it happens to. */
const HAPPENINGS = {
  partnership: ["created", "updated", "archived", "moved"],
  customer: ["created", "updated", "archived"],
  transaction: ["created", "updated", "archived"],
  reward: ["created", "updated", "approved", "declined", "paid", "archived"],
  lead: ["created", "updated", "archived", "status_changed", "converted"],
  deal: ["created", "updated", "archived", "stage_changed", "converted"],
  application: ["created", "approved", "declined"],
  import: ["completed", "failed", "undone"],
  export: ["completed", "failed"],
} as const;

/** A noun that events are about, as their names and their permissions tell it. */
export type EventNoun = keyof typeof HAPPENINGS;

type EventOf<Noun extends EventNoun> = Noun extends EventNoun ? `${Noun}.${(typeof HAPPENINGS)[Noun][number]}` : never;

export type WebhookEvent = EventOf<EventNoun>;

const isNoun = (name: string): name is EventNoun => name in HAPPENINGS;

const nouns = Object.keys(HAPPENINGS).filter(isNoun);

const eventsOf = <Noun extends EventNoun>(noun: Noun) =>
  HAPPENINGS[noun].map((happening): `${Noun}.${(typeof HAPPENINGS)[Noun][number]}` => `${noun}.${happening}`);

/** Every event, by name. */
export const WEBHOOK_EVENTS: readonly string[] = nouns.flatMap((noun) => [...eventsOf(noun)]);

/** What a webhook may listen to: events by name, all of a noun, or all that there are, those of the future among them. */
export const WEBHOOK_PATTERNS: readonly string[] = [...WEBHOOK_EVENTS, ...nouns.map((noun) => `${noun}.*`), "*"];

export const isWebhookEvent = (name: string): name is WebhookEvent => WEBHOOK_EVENTS.includes(name);

/** Whether an event is meant by a name or pattern. */
export const isMeant = (event: string, pattern: string): boolean =>
  pattern === "*" || pattern === event || (pattern.endsWith(".*") && event.startsWith(pattern.slice(0, -1)));

/** The nouns that a name or pattern may tell of. */
export const nounsOf = (pattern: string): readonly EventNoun[] =>
  pattern === "*" ? nouns : nouns.filter((noun) => pattern.startsWith(`${noun}.`));
