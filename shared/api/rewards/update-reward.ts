import * as z from "zod";
import { CallerError } from "../../errors.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { type Reward, reward } from "../../records/reward.ts";
import { type Answer, done, one } from "../envelope.ts";
import { amountInput, currencyInput } from "../money-inputs.ts";
import type { ApiRequest } from "../request.ts";
import { validated } from "../validated.ts";
import { worthOf } from "../worth-of.ts";
import { descriptionInput } from "./create-reward.ts";
import { rewardToChange } from "./get-reward.ts";
import { rewardsFor } from "./reward-shape.ts";

/** What a request to change a reward says: only what is to change. */
export const rewardChange = z.strictObject({
  amount: amountInput.optional(),
  currency: currencyInput.optional(),
  description: descriptionInput.optional(),
  ready_at: z
    .int()
    .min(0)
    .max(9_999_999_999_999)
    .nullish()
    .meta({ description: "When it may be paid; null for at once" }),
});

/** Refuses what is not to be done to an archived reward. */
export function requireInUse({ archived }: Reward): void {
  if (archived) throw new CallerError("conflict", "the reward is archived");
}

/** Changes a reward; another amount is worth what it is worth today. */
export async function updateReward(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, body, path } = request;
  const asked = validated(rewardChange, body === undefined ? {} : body);
  const { record: found } = await rewardToChange(ledger, principal, path["key"]);
  const made = await recordChange(dependencies, request, { declaration: reward, key: found.key }, async (of) => {
    const before = await rewardToChange(ledger, principal, found.key);
    requireInUse(before.record);
    const { amount = before.record.amount, currency = before.record.currency } = asked;
    const isOther = amount !== before.record.amount || currency !== before.record.currency;
    if (isOther && before.record.reward_status === "paid") {
      throw new CallerError("conflict", "it is paid: make a reward of the difference", "amount");
    }
    const after: Reward = {
      ...before.record,
      ...(isOther && { amount, currency, amount_usd: worthOf(of.program, amount, currency) }),
      description: asked.description ?? before.record.description,
      ready_at: asked.ready_at === undefined ? before.record.ready_at : asked.ready_at,
      updated_at: of.now,
    };
    return { change: { declaration: reward, before, after }, action: "reward.updated" };
  });
  const [shown = {}] = await rewardsFor(ledger, principal, [made]);
  return one(shown, "Reward updated");
}

/** Archives a reward: it stays, and counts no more. What was paid was paid. */
export async function archiveReward(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, path } = request;
  const { record: found } = await rewardToChange(ledger, principal, path["key"]);
  await recordChange(dependencies, request, { declaration: reward, key: found.key }, async ({ now }) => {
    const before = await rewardToChange(ledger, principal, found.key);
    if (before.record.archived) return before.record;
    if (before.record.reward_status === "paid") throw new CallerError("conflict", "a paid reward cannot be archived");
    const after = { ...before.record, archived: true, updated_at: now };
    return { change: { declaration: reward, before, after }, action: "reward.archived" };
  });
  return done("Reward archived");
}
