import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { createGroup } from "./create-group.ts";
import { getGroup } from "./get-group.ts";
import { listGroups } from "./list-groups.ts";
import type { groupRoutes } from "./routes.ts";
import { archiveGroup, updateGroup } from "./update-group.ts";

export const groupOperations = (dependencies: ApiDependencies): Operations<typeof groupRoutes> => ({
  listGroups: (request) => listGroups(dependencies, request),
  createGroup: (request) => createGroup(dependencies, request),
  getGroup: (request) => getGroup(dependencies, request),
  updateGroup: (request) => updateGroup(dependencies, request),
  archiveGroup: (request) => archiveGroup(dependencies, request),
});
