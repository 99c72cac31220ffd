import type { Ledger } from "../ledger/ledger.ts";
import { type Webhook, webhook, webhooksPk } from "../records/webhook.ts";

/** The program's webhooks that collect events. */
export async function activeWebhooks(ledger: Pick<Ledger, "collection">, program: string): Promise<Webhook[]> {
  const found: Webhook[] = [];
  for await (const { record } of ledger.collection(webhook, webhooksPk(program))) {
    if (record.active && !record.archived) found.push(record);
  }
  return found;
}
