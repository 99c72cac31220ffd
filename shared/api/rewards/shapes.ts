import { ALL_REWARD_STATUSES } from "../../records/reward.ts";
import { inQuery, listQuery, moneyQuery, done, one, ownedQuery, type Shapes, soughtList } from "../openapi-shape.ts";
import { type Schema, schemaOf } from "../schema-of.ts";
import { convertRequest } from "../transactions/convert-transactions.ts";
import { rewardRequest } from "./create-reward.ts";
import { decisionsRequest, declineRequest } from "./decide-rewards.ts";
import { PARTNERS_ORDERS } from "./list-rewards.ts";
import { partnersRewardShape, rewardShape } from "./reward-shape.ts";
import type { rewardRoutes } from "./routes.ts";
import { rewardChange } from "./update-reward.ts";

/** What routes of rewards answer, by the names of the components. */
export const rewardSchemas = { Reward: rewardShape, PartnersReward: partnersRewardShape };

const SHOWN = ["Reward", "PartnersReward"] as const;
const string: Schema = { type: "string" };

const query = [
  ...listQuery({ alsoBy: PARTNERS_ORDERS }),
  ...ownedQuery,
  ...moneyQuery,
  inQuery("status", "Only rewards of this status; without it, all but scheduled ones", {
    ...string,
    enum: [...ALL_REWARD_STATUSES],
  }),
  inQuery("transaction_key", "Only those that were earned by this transaction", string),
  inQuery(
    "keywords",
    "Only those whose key, customer's name, or partner's name, address or key has this in it",
    string,
  ),
  inQuery("description", "Only rewards whose description has this in it", string),
  inQuery("decline_reason", "Only rewards that were declined for a reason with this in it", string),
  inQuery("hide_archived_rewards", "Whether archived rewards are left out", { type: "boolean" }),
  inQuery("invoice_key", "Accepted; nothing is on an invoice", string),
  inQuery("company_key", "Accepted; all is of the one program", string),
  inQuery("payment_status", "Accepted, and of no meaning here", string),
];

export const rewardShapes = (): Shapes<typeof rewardRoutes> => ({
  listRewards: soughtList(SHOWN, query),
  createReward: { ...one("Reward"), body: schemaOf(rewardRequest, "input") },
  decideRewards: { ...one("EachDone"), body: schemaOf(decisionsRequest, "input") },
  convertRewards: { ...one("EachDone"), body: schemaOf(convertRequest, "input") },
  getReward: one(SHOWN),
  updateReward: { ...one("Reward"), body: schemaOf(rewardChange, "input") },
  archiveReward: done(),
  approveReward: one("Reward"),
  declineReward: { ...one("Reward"), body: schemaOf(declineRequest, "input") },
  holdReward: one("Reward"),
  payReward: one("Reward"),
  resetReward: one("Reward"),
  convertReward: one("Reward"),
});
