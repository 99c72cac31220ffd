import type { RecordingDependencies } from "../../recording/record-change.ts";
import { type Reward, reward } from "../../records/reward.ts";
import { convert } from "../convert.ts";
import { eachOf } from "../each-of.ts";
import { type Answer, one } from "../envelope.ts";
import type { ApiRequest } from "../request.ts";
import { convertRequest } from "../transactions/convert-transactions.ts";
import { validated } from "../validated.ts";
import { rewardToChange } from "./get-reward.ts";
import { rewardsFor } from "./reward-shape.ts";

/** Fixes the worth of a reward that had no rate, at today's. */
export async function convertReward(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const made = await converted(dependencies, request, request.path["key"]);
  const [shown = {}] = await rewardsFor(dependencies.ledger, request.principal, [made]);
  return one(shown, "Reward converted");
}

/** The same for several. */
export async function convertRewards(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { keys } = validated(convertRequest, request.body === undefined ? {} : request.body);
  const work = async (each: ApiRequest, key: string) => {
    await converted(dependencies, each, key);
    return "Reward converted";
  };
  return eachOf(request, keys, work, "Rewards converted");
}

async function converted(
  dependencies: RecordingDependencies,
  request: ApiRequest,
  key: string | undefined,
): Promise<Reward> {
  const read = (wanted: string | undefined) => rewardToChange(dependencies.ledger, request.principal, wanted);
  const { record: found } = await read(key);
  return convert(dependencies, request, reward, {
    key: found.key,
    action: "reward.converted",
    read: () => read(found.key),
  });
}
