import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { createMyToken } from "./create-my-token.ts";
import { getMe } from "./get-me.ts";
import { listMyTokens } from "./list-my-tokens.ts";
import { revokeMyToken } from "./revoke-my-token.ts";
import type { meRoutes } from "./routes.ts";

export const meOperations = (dependencies: ApiDependencies): Operations<typeof meRoutes> => ({
  getMe,
  listMyTokens: (request) => listMyTokens(dependencies, request),
  createMyToken: (request) => createMyToken(dependencies, request),
  revokeMyToken: (request) => revokeMyToken(dependencies, request),
});
