import type { Ledger } from "../../ledger/ledger.ts";
import { tier, type Tier, tiersPk } from "../../records/tier.ts";

/** The program's tiers, archived ones among them, from the lowest to the highest. */
export async function tiersOf(ledger: Pick<Ledger, "collection">, program: string): Promise<Tier[]> {
  const tiers: Tier[] = [];
  for await (const { record } of ledger.collection(tier, tiersPk(program))) tiers.push(record);
  return tiers.toSorted((a, b) => a.position - b.position || (a.key < b.key ? -1 : 1));
}

/** The tier that is meant, by its key or name. */
export const findTier = (tiers: readonly Tier[], wanted: string): Tier | undefined =>
  tiers.find(({ key }) => key === wanted) ?? tiers.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
