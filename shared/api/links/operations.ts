import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { archiveLink, createLink } from "./create-link.ts";
import { listLinks } from "./list-links.ts";
import type { linkRoutes } from "./routes.ts";

export const linkOperations = (dependencies: ApiDependencies): Operations<typeof linkRoutes> => ({
  listLinks: (request) => listLinks(dependencies, request),
  createLink: (request) => createLink(dependencies, request),
  archiveLink: (request) => archiveLink(dependencies, request),
});
