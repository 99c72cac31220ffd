import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { createToken } from "./create-token.ts";
import { listTokens } from "./list-tokens.ts";
import { revokeToken } from "./revoke-token.ts";
import type { tokenRoutes } from "./routes.ts";

export const tokenOperations = (dependencies: ApiDependencies): Operations<typeof tokenRoutes> => ({
  listTokens: (request) => listTokens(dependencies, request),
  createToken: (request) => createToken(dependencies, request),
  revokeToken: (request) => revokeToken(dependencies, request),
});
