import { schemaOf } from "../schema-of.ts";
import { enveloped, oneWith, type Shapes } from "../openapi-shape.ts";
import { shownToken } from "../tokens/shapes.ts";
import { askedForCode, codeRequest } from "./request-sign-in.ts";
import type { signInRoutes } from "./routes.ts";
import { exchangeRequest } from "./sign-in.ts";

export const signInShapes = (): Shapes<typeof signInRoutes> => ({
  requestSignIn: { answer: enveloped(schemaOf(askedForCode, "output")), body: schemaOf(codeRequest, "input") },
  signIn: {
    ...oneWith("AccessToken", { ...shownToken, program: { type: "string" } }),
    body: schemaOf(exchangeRequest, "input"),
  },
});
