import { done, listOf, listQuery, one, type Shapes } from "../openapi-shape.ts";
import { schemaOf } from "../schema-of.ts";
import { groupChange, groupRequest } from "./group-request.ts";
import { groupShape } from "./group-shape.ts";
import type { groupRoutes } from "./routes.ts";

/** What routes of groups answer, by the names of the components. */
export const groupSchemas = { Group: groupShape };

export const groupShapes = (): Shapes<typeof groupRoutes> => ({
  listGroups: listOf("Group", listQuery({ byUpdate: true })),
  createGroup: { ...one("Group"), body: schemaOf(groupRequest, "input") },
  getGroup: one("Group"),
  updateGroup: { ...one("Group"), body: schemaOf(groupChange, "input") },
  archiveGroup: done(),
});
