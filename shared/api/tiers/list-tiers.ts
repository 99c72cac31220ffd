import type { Ledger } from "../../ledger/ledger.ts";
import { tier } from "../../records/tier.ts";
import { type Answer, list } from "../envelope.ts";
import { pageOfFew } from "../page-of-few.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";
import { tiersOf } from "./tiers-of.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "collection">;
}

/** The program's tiers, newest first, archived ones among them. */
export async function listTiers({ ledger }: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const { items, has_more } = pageOfFew(await tiersOf(ledger, principal.program), query);
  return list({ items: items.map((one) => present(tier, one)), has_more }, "Tiers retrieved");
}

/** All tiers that are in use, from the lowest to the highest, as partners climb them. */
export async function listTierCollection({ ledger }: Dependencies, { principal }: ApiRequest): Promise<Answer> {
  const tiers = await tiersOf(ledger, principal.program);
  const items = tiers.filter(({ archived }) => !archived).map((one) => present(tier, one));
  return list({ items, has_more: false }, "Tiers retrieved");
}
