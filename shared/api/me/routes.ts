import { route } from "../route.ts";

export const meRoutes = [
  route("getMe", "GET", "/me", "credential", "Who calls, and what they may do"),
  route("listMyTokens", "GET", "/me/tokens", "credential", "Tokens of one's own, newest first"),
  route("createMyToken", "POST", "/me/tokens", "credential", "Make a token of one's own, shown this once", {
    forPartners: false,
  }),
  route("revokeMyToken", "DELETE", "/me/tokens/{key}", "credential", "Put a token of one's own out of use"),
];
