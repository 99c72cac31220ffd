import { document } from "../envelope.ts";
import type { OpenOperations } from "../operation.ts";
import type { descriptionRoutes } from "./routes.ts";

// Both are made when they are asked for: no other request should wait for them at a cold start.
export const descriptionOperations: OpenOperations<typeof descriptionRoutes> = {
  async getOpenApi() {
    const { openapiDocument } = await import("../openapi.ts");
    return document("application/json; charset=utf-8", JSON.stringify(openapiDocument()));
  },
  async getDocs() {
    const [{ openapiDocument }, { docsPage }] = await Promise.all([import("../openapi.ts"), import("./docs-page.ts")]);
    return document("text/html; charset=utf-8", docsPage(openapiDocument()));
  },
};
