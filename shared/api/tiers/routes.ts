import { route } from "../route.ts";

const READ = "records:read:groups";
const WRITE = "records:write:groups";

export const tierRoutes = [
  route("listTiers", "GET", "/tiers", READ, "Tiers of partners, newest first"),
  route("listTierCollection", "GET", "/tiers/collection", READ, "The tiers in use, from the lowest to the highest"),
  route("createTier", "POST", "/tiers", WRITE, "Make a tier"),
  route("updateTier", "PATCH", "/tiers/{key}", WRITE, "Change a tier"),
  route("archiveTier", "DELETE", "/tiers/{key}", WRITE, "Archive a tier: its partners stay, and none can come to it"),
];
