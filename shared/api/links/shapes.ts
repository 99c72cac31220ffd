import { done, listOf, listQuery, one, type Shapes } from "../openapi-shape.ts";
import { schemaOf } from "../schema-of.ts";
import { linkRequest } from "./create-link.ts";
import { linkShape } from "./link-shape.ts";
import type { linkRoutes } from "./routes.ts";

/** What routes of links answer, by the names of the components. */
export const linkSchemas = { Link: linkShape };

export const linkShapes = (): Shapes<typeof linkRoutes> => ({
  listLinks: listOf("Link", listQuery({ byUpdate: true })),
  createLink: { ...one("Link"), body: schemaOf(linkRequest, "input") },
  archiveLink: done(),
});
