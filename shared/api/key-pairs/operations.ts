import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { createKeyPair } from "./create-key-pair.ts";
import { listKeyPairs } from "./list-key-pairs.ts";
import { revokeKeyPair } from "./revoke-key-pair.ts";
import { rotateKeyPair } from "./rotate-key-pair.ts";
import type { keyPairRoutes } from "./routes.ts";

export const keyPairOperations = (dependencies: ApiDependencies): Operations<typeof keyPairRoutes> => ({
  listKeyPairs: (request) => listKeyPairs(dependencies, request),
  createKeyPair: (request) => createKeyPair(dependencies, request),
  rotateKeyPair: (request) => rotateKeyPair(dependencies, request),
  revokeKeyPair: (request) => revokeKeyPair(dependencies, request),
});
