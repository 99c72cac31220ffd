import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { getRates } from "./get-rates.ts";
import { putRates } from "./put-rates.ts";
import type { rateRoutes } from "./routes.ts";

export const rateOperations = (dependencies: ApiDependencies): Operations<typeof rateRoutes> => ({
  getRates: (request) => getRates(dependencies, request),
  putRates: (request) => putRates(dependencies, request),
});
