import { route } from "../route.ts";

export const signInRoutes = [
  route("requestSignIn", "POST", "/sign-in", "nothing", "Ask for a one-time code by mail"),
  route("signIn", "POST", "/sign-in/token", "nothing", "Exchange a one-time code for a token, shown this once"),
];
