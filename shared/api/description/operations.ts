import { document } from "../envelope.ts";
import type { OpenOperations } from "../operation.ts";
import type { descriptionRoutes } from "./routes.ts";

export const descriptionOperations: OpenOperations<typeof descriptionRoutes> = {
  async getOpenApi() {
    // Loaded when asked for: no other request should wait for it at a cold start.
    const { openapiDocument } = await import("../openapi.ts");
    return document("application/json; charset=utf-8", JSON.stringify(openapiDocument()));
  },
};
