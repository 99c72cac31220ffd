import type { Item, Place, Table } from "../ports.ts";
import { webhookPk } from "../records/webhook.ts";

/** How a webhook fares. Zeros when it is well. */
export interface Health {
  /** Since when nothing has come through, in epoch milliseconds. */
  readonly failing_since: number;
  /** Until when it is left alone, because it takes our time and answers nothing. */
  readonly quiet_until: number;
}

export const WELL: Health = { failing_since: 0, quiet_until: 0 };

export const healthPlace = (program: string, webhook: string): Place => ({
  pk: webhookPk(program, webhook),
  sk: "health",
});

export const readHealth = (item: Item | undefined): Health => ({
  failing_since: Number(item?.["failing_since"] ?? 0),
  quiet_until: Number(item?.["quiet_until"] ?? 0),
});

export async function noteHealth(
  table: Pick<Table, "write">,
  { program, key }: { readonly program: string; readonly key: string },
  { failing_since, quiet_until }: Health,
): Promise<void> {
  await table.write({ put: { ...healthPlace(program, key), failing_since, quiet_until } });
}
