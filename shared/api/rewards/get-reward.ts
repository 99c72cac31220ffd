import type { Principal } from "../../access/principal.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Stored } from "../../ledger/stored.ts";
import { type Reward, reward } from "../../records/reward.ts";
import { type Answer, notFound, one } from "../envelope.ts";
import { findByEitherKey } from "../find-by-either-key.ts";
import { testFor } from "../partner-of-request.ts";
import type { ApiRequest } from "../request.ts";
import { rewardsFor } from "./reward-shape.ts";

interface Dependencies {
  readonly ledger: Ledger;
}

/** The reward that a path names; a partner finds its own only. */
async function rewardOf(
  ledger: Pick<Ledger, "find">,
  { program, kind, partnership }: Principal,
  key: string | undefined,
): Promise<Stored<Reward>> {
  const found = await findByEitherKey(ledger, reward, program, ["key"], key);
  if (kind === "partner" && found.record.partnership_key !== partnership) throw notFound();
  return found;
}

/** The same, to be changed: with test keys, test records alone. */
export async function rewardToChange(
  ledger: Pick<Ledger, "find">,
  principal: Principal,
  key: string | undefined,
): Promise<Stored<Reward>> {
  const found = await rewardOf(ledger, principal, key);
  testFor(principal, found.record, "key");
  return found;
}

/** One reward. */
export async function getReward({ ledger }: Dependencies, { principal, path }: ApiRequest): Promise<Answer> {
  const { record } = await rewardOf(ledger, principal, path["key"]);
  const [shown = {}] = await rewardsFor(ledger, principal, [record]);
  return one(shown, "Reward retrieved");
}
