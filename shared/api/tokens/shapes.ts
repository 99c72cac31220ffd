import { schemaOf } from "../schema-of.ts";
import { listOf, one, oneWith, type Shapes } from "../openapi-shape.ts";
import { partnerTokenRequest } from "./create-token.ts";
import type { tokenRoutes } from "./routes.ts";

/** What a token is told with when it is made. */
export const shownToken = {
  token: { type: "string", description: "Goes as `Authorization: Bearer`; it is shown this once" },
};

export const tokenShapes = (): Shapes<typeof tokenRoutes> => ({
  listTokens: listOf("AccessToken"),
  createToken: { ...oneWith("AccessToken", shownToken), body: schemaOf(partnerTokenRequest, "input") },
  revokeToken: one("AccessToken"),
});
