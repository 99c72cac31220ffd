import * as z from "zod";
import { CallerError } from "../../errors.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { type Reward, reward } from "../../records/reward.ts";
import { DECISION_NAMES, REWARD_DECISIONS, type RewardDecision } from "../../records/reward-decisions.ts";
import { eachOf, keysInput } from "../each-of.ts";
import { type Answer, one } from "../envelope.ts";
import type { ApiRequest } from "../request.ts";
import { validated } from "../validated.ts";
import { rewardToChange } from "./get-reward.ts";
import { rewardsFor } from "./reward-shape.ts";
import { requireInUse } from "./update-reward.ts";

const reason = z.string().trim().min(1).max(500).meta({ description: "Why it is declined; the partner reads it" });

/** What has to be said of a decision. */
export const declineRequest = z.strictObject({ reason });
const decisionRequest = z.strictObject({});

/** One decision about many rewards. */
export const decisionsRequest = z.strictObject({
  decision: z.enum(DECISION_NAMES).meta({ description: "What is done with each of them" }),
  reason: reason.nullish().meta({ description: "Needed to decline; the partner reads it" }),
  keys: keysInput,
});

/** Decides about one reward. */
export async function decideReward(
  dependencies: RecordingDependencies,
  request: ApiRequest,
  decision: RewardDecision,
): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, path } = request;
  const body = request.body === undefined ? {} : request.body;
  const told = decision === "decline" ? validated(declineRequest, body).reason : undefined;
  if (decision !== "decline") validated(decisionRequest, body);
  const made = await decided(dependencies, request, { key: path["key"], decision, reason: told });
  const [shown = {}] = await rewardsFor(ledger, principal, [made]);
  return one(shown, REWARD_DECISIONS[decision].done);
}

/** Decides about many alike, and tells what became of each. */
export async function decideRewards(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { decision, reason: told, keys } = validated(decisionsRequest, request.body === undefined ? {} : request.body);
  if (decision === "decline" && (told === undefined || told === null)) {
    throw new CallerError("invalid", "'reason' is a required property", "reason");
  }
  const work = async (each: ApiRequest, key: string) => {
    await decided(dependencies, each, { key, decision, reason: told ?? undefined });
    return REWARD_DECISIONS[decision].done;
  };
  return eachOf(request, keys, work, "Rewards decided");
}

interface Deciding {
  readonly key: string | undefined;
  readonly decision: RewardDecision;
  readonly reason: string | undefined;
}

async function decided(
  dependencies: RecordingDependencies,
  request: ApiRequest,
  { key, decision, reason: told }: Deciding,
): Promise<Reward> {
  const { ledger } = dependencies;
  const { principal } = request;
  const { to, from, action } = REWARD_DECISIONS[decision];
  const { record: found } = await rewardToChange(ledger, principal, key);
  return recordChange(dependencies, request, { declaration: reward, key: found.key }, async ({ now }) => {
    const before = await rewardToChange(ledger, principal, found.key);
    const { reward_status: status, ready_at } = before.record;
    requireInUse(before.record);
    const decline_reason = to === "declined" ? (told ?? null) : null;
    if (status === to && decline_reason === before.record.decline_reason) return before.record;
    const allowed: readonly Reward["reward_status"][] = from;
    if (status !== to && !allowed.includes(status)) {
      throw new CallerError("conflict", `the reward is '${status}', and cannot become '${to}'`, "reward_status");
    }
    if (to === "paid" && ready_at !== null && ready_at > now) {
      throw new CallerError("conflict", `the reward may not be paid before ${ready_at}`, "ready_at");
    }
    const after: Reward = { ...before.record, reward_status: to, decline_reason, updated_at: now };
    return { change: { declaration: reward, before, after }, action };
  });
}
