import { one, type Shapes } from "../openapi-shape.ts";
import { schemaOf } from "../schema-of.ts";
import { ratesRequest } from "./put-rates.ts";
import { ratesShape } from "./rates-shape.ts";
import type { rateRoutes } from "./routes.ts";

/** What routes of rates answer, by the names of the components. */
export const rateSchemas = { Rates: ratesShape };

export const rateShapes = (): Shapes<typeof rateRoutes> => ({
  getRates: one("Rates"),
  putRates: { ...one("Rates"), body: schemaOf(ratesRequest, "input") },
});
