import { route } from "../route.ts";

const READ = "records:read:rewards";
const WRITE = "records:write:rewards";

export const rewardRoutes = [
  route("listRewards", "GET", "/rewards", READ, "Rewards, newest first; scheduled ones only by `status`", {
    forPartners: true,
  }),
  route("createReward", "POST", "/rewards", WRITE, "Reward a partner, for a customer, a transaction or by hand"),
  route("decideRewards", "POST", "/rewards/decision", WRITE, "Decide about many rewards alike"),
  route("convertRewards", "POST", "/rewards/convert", WRITE, "Fix the worth of rewards in US dollars"),
  route("getReward", "GET", "/rewards/{key}", READ, "One reward", { forPartners: true }),
  route("updateReward", "PATCH", "/rewards/{key}", WRITE, "Change a reward"),
  route("archiveReward", "DELETE", "/rewards/{key}", WRITE, "Archive a reward"),
  route("approveReward", "POST", "/rewards/{key}/approve", WRITE, "Approve a reward"),
  route("declineReward", "POST", "/rewards/{key}/decline", WRITE, "Decline a reward, with the reason"),
  route("holdReward", "POST", "/rewards/{key}/hold", WRITE, "Put a reward on hold"),
  route("payReward", "POST", "/rewards/{key}/pay", WRITE, "Mark a reward as paid, for good"),
  route("resetReward", "POST", "/rewards/{key}/reset", WRITE, "Have a reward decided about anew"),
  route("convertReward", "POST", "/rewards/{key}/convert", WRITE, "Fix its worth in US dollars, at today's rate"),
];
