import type { Item, Place, Table } from "../ports.ts";
import { webhookPk } from "../records/webhook.ts";

/** How a webhook fares: since when nothing has come through, in epoch milliseconds; 0 when it is well. */
export const healthPlace = (program: string, webhook: string): Place => ({
  pk: webhookPk(program, webhook),
  sk: "health",
});

export const failingSince = (item: Item | undefined): number => Number(item?.["failing_since"] ?? 0);

export async function noteHealth(
  table: Pick<Table, "write">,
  { program, key }: { readonly program: string; readonly key: string },
  failing_since: number,
): Promise<void> {
  await table.write({ put: { ...healthPlace(program, key), failing_since } });
}
