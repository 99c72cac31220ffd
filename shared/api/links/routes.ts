import { route } from "../route.ts";

const READ = "records:read:links";
const WRITE = "records:write:links";

export const linkRoutes = [
  route(
    "listLinks",
    "GET",
    "/links/partnership/{key}",
    READ,
    "The links of a partner, by any of its keys or its address",
    {
      forPartners: true,
    },
  ),
  route("createLink", "POST", "/links", WRITE, "Make a link for a partner"),
  route("archiveLink", "DELETE", "/links/{key}", WRITE, "Archive a link"),
];
