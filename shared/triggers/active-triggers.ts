import type { Ledger } from "../ledger/ledger.ts";
import { trigger, type Trigger, triggersPk } from "../records/trigger.ts";

/** The program's triggers that are switched on, in the order they run. */
export async function activeTriggers(ledger: Pick<Ledger, "collection">, program: string): Promise<Trigger[]> {
  const found: Trigger[] = [];
  for await (const { record } of ledger.collection(trigger, triggersPk(program))) {
    if (record.active && !record.archived) found.push(record);
  }
  return found.toSorted((a, b) => a.position - b.position || (a.key < b.key ? -1 : 1));
}
