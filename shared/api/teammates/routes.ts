import { route } from "../route.ts";

export const teammateRoutes = [
  route("listTeammates", "GET", "/teammates", "access:read", "Teammates, newest first"),
  route("addTeammate", "POST", "/teammates", "access:write", "Add a teammate, who is invited by mail"),
  route("getTeammate", "GET", "/teammates/{key}", "access:read", "One teammate"),
  route("updateTeammate", "PATCH", "/teammates/{key}", "access:write", "Change a teammate's name, role or permissions"),
  route("removeTeammate", "DELETE", "/teammates/{key}", "access:write", "Remove a teammate, with all tokens"),
];
