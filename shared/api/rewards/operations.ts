import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { convertReward, convertRewards } from "./convert-rewards.ts";
import { createReward } from "./create-reward.ts";
import { decideReward, decideRewards } from "./decide-rewards.ts";
import { getReward } from "./get-reward.ts";
import { listRewards } from "./list-rewards.ts";
import type { rewardRoutes } from "./routes.ts";
import { archiveReward, updateReward } from "./update-reward.ts";

export const rewardOperations = (dependencies: ApiDependencies): Operations<typeof rewardRoutes> => ({
  listRewards: (request) => listRewards(dependencies, request),
  createReward: (request) => createReward(dependencies, request),
  decideRewards: (request) => decideRewards(dependencies, request),
  convertRewards: (request) => convertRewards(dependencies, request),
  getReward: (request) => getReward(dependencies, request),
  updateReward: (request) => updateReward(dependencies, request),
  archiveReward: (request) => archiveReward(dependencies, request),
  approveReward: (request) => decideReward(dependencies, request, "approve"),
  declineReward: (request) => decideReward(dependencies, request, "decline"),
  holdReward: (request) => decideReward(dependencies, request, "hold"),
  payReward: (request) => decideReward(dependencies, request, "pay"),
  resetReward: (request) => decideReward(dependencies, request, "reset"),
  convertReward: (request) => convertReward(dependencies, request),
});
