import type { Ledger } from "../ledger/ledger.ts";
import type { Clock } from "../ports.ts";
import { isMeant } from "../records/webhook-events.ts";
import { activeWebhooks } from "./active-webhooks.ts";

/** So long it is remembered what a program's webhooks listen to: a new one may miss what happens meanwhile. */
const REMEMBERED_MS = 5_000;

/** Those of some events that a webhook of the program listens to. */
export type HeardEvents = <Event extends string>(
  program: string,
  events: readonly Event[],
) => Promise<readonly Event[]>;

/** One for a process: what is asked for again within seconds is not read again. */
export function createHeardEvents({
  ledger,
  clock,
}: {
  readonly ledger: Pick<Ledger, "collection">;
  readonly clock: Clock;
}): HeardEvents {
  const known = new Map<string, { readonly patterns: ReadonlySet<string>; readonly until: number }>();

  async function patternsOf(program: string): Promise<ReadonlySet<string>> {
    const now = clock();
    for (const [one, { until }] of known) if (until <= now) known.delete(one);
    const remembered = known.get(program);
    if (remembered !== undefined) return remembered.patterns;
    const webhooks = await activeWebhooks(ledger, program);
    const patterns = new Set(webhooks.flatMap(({ events }) => events));
    known.set(program, { patterns, until: now + REMEMBERED_MS });
    return patterns;
  }

  return async (program, events) => {
    if (events.length === 0) return [];
    const patterns = [...(await patternsOf(program))];
    return events.filter((event) => patterns.some((pattern) => isMeant(event, pattern)));
  };
}
