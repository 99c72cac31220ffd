import { page, route } from "../route.ts";

export const descriptionRoutes = [
  route("getOpenApi", "GET", "/openapi.json", "nothing", "This API, described in OpenAPI 3.1"),
  page("getDocs", "/docs", "This API, described for people"),
];
