import { LANDING_MS } from "../names.ts";
import type { ImportJob, OutcomeName } from "../records/import-job.ts";
import type { Fired } from "../records/trigger.ts";
import type { Announcing } from "./announce-changes.ts";
import { eventsOn } from "./event-rules.ts";
import type { EventMessage } from "./webhook-message.ts";

/** A row that an import has carried out. */
interface ToldRow {
  readonly outcome: OutcomeName;
  readonly key: string | null;
  /** Names its change. */
  readonly mark: string;
  readonly fired: readonly Fired[];
}

/** What a row may have changed: its own record, the rewards that triggers made of it, and partners that they moved. */
function touchedBy(kind: string, { outcome, key, mark, fired }: ToldRow) {
  const isOwn = key !== null && (outcome === "created" || outcome === "updated");
  const own = isOwn ? [{ kind, key, mark, occasion: outcome === "created" ? "creation" : "change" } as const] : [];
  const rewards = fired.flatMap(({ reward_key }) =>
    reward_key === null ? [] : [{ kind: "reward", key: reward_key, mark, occasion: "creation" } as const],
  );
  const moved = new Set(
    fired.flatMap(({ effect, partnership_key }) => (effect === "move_group" ? [partnership_key] : [])),
  );
  // A move of the row's own partner is one change with the row's.
  if (kind === "partnership" && isOwn) moved.delete(key);
  const moves = [...moved].map((partner) => ({ kind: "partnership", key: partner, mark, occasion: "change" }) as const);
  return [...own, ...rewards, ...moves];
}

/**
 * Tells webhooks of what rows of an import have changed, as far as anybody listens. Which events an updated row is, its
 * record will tell: here nothing is known of what it was before.
 */
export async function announceRows(
  { webhooks, heard }: Announcing,
  { program, created_at }: ImportJob,
  kind: string,
  rows: readonly ToldRow[],
): Promise<void> {
  const messages: EventMessage[] = [];
  // Clocks of functions differ by less.
  const since = created_at - LANDING_MS;
  const known = new Map<string, readonly string[]>();
  for (const { occasion, ...change } of rows.flatMap((row) => touchedBy(kind, row))) {
    const name = `${change.kind} ${occasion}`;
    const events = known.get(name) ?? (await heard(program, eventsOn(change.kind, occasion)));
    known.set(name, events);
    if (events.length > 0)
      messages.push({ step: "event", program, events: [...events], ...change, since, until: null });
  }
  await webhooks.send(messages);
}
