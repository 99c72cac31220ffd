import { route } from "../route.ts";

export const rateRoutes = [
  route("getRates", "GET", "/rates", "rates:read", "The program's rates, and what lacks one"),
  route("putRates", "PUT", "/rates", "rates:write", "Replace the program's rates"),
];
