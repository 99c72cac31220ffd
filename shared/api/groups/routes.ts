import { route } from "../route.ts";

const READ = "records:read:groups";
const WRITE = "records:write:groups";

export const groupRoutes = [
  route("listGroups", "GET", "/groups", READ, "Groups of partners, newest first"),
  route("createGroup", "POST", "/groups", WRITE, "Make a group"),
  route("getGroup", "GET", "/groups/{key}", READ, "One group, by its key, slug or name"),
  route("updateGroup", "PATCH", "/groups/{key}", WRITE, "Change a group, or make it the default one"),
  route("archiveGroup", "DELETE", "/groups/{key}", WRITE, "Archive a group: its partners stay, and none can come in"),
];
