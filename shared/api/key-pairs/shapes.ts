import { schemaOf } from "../schema-of.ts";
import { listOf, one, oneWith, type Shapes } from "../openapi-shape.ts";
import { keyPairRequest } from "./create-key-pair.ts";
import { rotationRequest } from "./rotate-key-pair.ts";
import type { keyPairRoutes } from "./routes.ts";

const secret = {
  secret_key: { type: "string", description: "The password of HTTP Basic; it is shown this once" },
};

export const keyPairShapes = (): Shapes<typeof keyPairRoutes> => ({
  listKeyPairs: listOf("KeyPair"),
  createKeyPair: { ...oneWith("KeyPair", secret), body: schemaOf(keyPairRequest, "input") },
  rotateKeyPair: { ...oneWith("KeyPair", secret), body: schemaOf(rotationRequest, "input") },
  revokeKeyPair: one("KeyPair"),
});
