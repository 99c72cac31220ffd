import { isCurrency, majorUnits } from "../records/currency.ts";
import type { ImportJob } from "../records/import-job.ts";

/** What an import did beyond its own rows, for people: nothing of what it did not do. */
export function effectsTold({ effects, reward_amounts }: Pick<ImportJob, "effects" | "reward_amounts">) {
  const money = Object.entries(reward_amounts)
    .filter(([, amount]) => amount !== 0)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, amount]) => `${isCurrency(currency) ? majorUnits(amount, currency) : amount} ${currency}`);
  const counts: [name: string, count: number, detail: string][] = [
    ["rewards made", effects.rewards, money.length > 0 ? ` (${money.join(", ")})` : ""],
    ["mails written", effects.mails, ""],
    ["partners moved to another group", effects.moves, ""],
  ];
  return counts
    .filter(([, count]) => count > 0)
    .map(([name, count, detail]): [name: string, value: string] => [name, `${count.toLocaleString("en-US")}${detail}`]);
}
