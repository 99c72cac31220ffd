import { route } from "../route.ts";

export const tokenRoutes = [
  route("listTokens", "GET", "/tokens", "access:read", "Tokens of teammates and partners, newest first"),
  route("createToken", "POST", "/tokens", "access:write", "Make a token for a partner, shown this once"),
  route("revokeToken", "DELETE", "/tokens/{key}", "access:write", "Put somebody's token out of use"),
];
