import { route } from "../route.ts";

export const triggerRoutes = [
  route("listTriggers", "GET", "/triggers", "triggers:read", "Triggers, newest first"),
  route("createTrigger", "POST", "/triggers", "triggers:write", "Make a trigger"),
  route("getTrigger", "GET", "/triggers/{key}", "triggers:read", "One trigger"),
  route("updateTrigger", "PATCH", "/triggers/{key}", "triggers:write", "Change a trigger"),
  route("archiveTrigger", "DELETE", "/triggers/{key}", "triggers:write", "Put a trigger out of use"),
];
