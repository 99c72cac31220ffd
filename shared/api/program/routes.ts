import { route } from "../route.ts";

export const programRoutes = [
  route("getProgram", "GET", "/program", "access:read", "The program's settings"),
  route("updateProgram", "PATCH", "/program", "access:write", "Change the program's settings"),
];
