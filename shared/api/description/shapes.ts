import { inJson, type Shapes } from "../openapi-shape.ts";
import type { descriptionRoutes } from "./routes.ts";

export const descriptionShapes = (): Shapes<typeof descriptionRoutes> => ({
  getOpenApi: { answer: inJson({ type: "object" }) },
  getDocs: { answer: { type: "text/html", schema: { type: "string" } } },
});
