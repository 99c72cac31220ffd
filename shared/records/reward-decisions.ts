import type { RecordAction } from "./audit-entry.ts";
import type { Reward } from "./reward.ts";

type Status = Reward["reward_status"];

interface RewardMove {
  readonly to: Status;
  /** What it may be before; paid is final, as the money has left. */
  readonly from: readonly Status[];
  readonly action: RecordAction;
  readonly done: string;
}

export const DECISION_NAMES = ["approve", "decline", "hold", "pay", "reset"] as const;

export type RewardDecision = (typeof DECISION_NAMES)[number];

/** What may be decided about a reward. Whoever is there already stays there. */
export const REWARD_DECISIONS = {
  approve: {
    to: "approved",
    from: ["pending", "hold", "declined"],
    action: "reward.approved",
    done: "Reward approved",
  },
  decline: {
    to: "declined",
    from: ["pending", "hold", "approved", "scheduled"],
    action: "reward.declined",
    done: "Reward declined",
  },
  hold: {
    to: "hold",
    from: ["pending", "approved", "scheduled"],
    action: "reward.held",
    done: "Reward put on hold",
  },
  pay: {
    to: "paid",
    from: ["pending", "approved"],
    action: "reward.paid",
    done: "Reward marked as paid",
  },
  reset: {
    to: "pending",
    from: ["hold", "approved", "declined"],
    action: "reward.updated",
    done: "Reward pending again",
  },
} as const satisfies Readonly<Record<RewardDecision, RewardMove>>;
