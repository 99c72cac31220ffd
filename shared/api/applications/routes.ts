import { route } from "../route.ts";

const READ = "records:read:applications";
const WRITE = "records:write:applications";

export const applicationRoutes = [
  route("listApplications", "GET", "/applications", READ, "Applications, newest first"),
  route("createApplication", "POST", "/applications", WRITE, "Take in what a sign-up form posts"),
  route("decideApplications", "PATCH", "/applications/decision", WRITE, "Approve or decline up to 250 applications"),
  route("decideApplication", "PATCH", "/applications/{key}/decision", WRITE, "Approve or decline an application"),
];
