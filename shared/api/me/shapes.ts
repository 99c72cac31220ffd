import { schemaOf } from "../schema-of.ts";
import { enveloped, listOf, one, oneWith, type Shapes } from "../openapi-shape.ts";
import { ownTokenRequest } from "../tokens/create-token.ts";
import { shownToken } from "../tokens/shapes.ts";
import { caller } from "./get-me.ts";
import type { meRoutes } from "./routes.ts";

export const meShapes = (): Shapes<typeof meRoutes> => ({
  getMe: { answer: enveloped(schemaOf(caller, "output")) },
  listMyTokens: listOf("AccessToken"),
  createMyToken: { ...oneWith("AccessToken", shownToken), body: schemaOf(ownTokenRequest, "input") },
  revokeMyToken: one("AccessToken"),
});
