import type { ApiDependencies } from "../dependencies.ts";
import type { OpenOperations } from "../operation.ts";
import { requestSignIn } from "./request-sign-in.ts";
import type { signInRoutes } from "./routes.ts";
import { signIn } from "./sign-in.ts";

export const signInOperations = (dependencies: ApiDependencies): OpenOperations<typeof signInRoutes> => ({
  requestSignIn: (request) => requestSignIn(dependencies, request),
  signIn: (request) => signIn(dependencies, request),
});
