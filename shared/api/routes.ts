import type { Permission } from "../access/permissions.ts";
import { API_BASE } from "../names.ts";

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

export interface Route<Id extends string = string> {
  readonly id: Id;
  readonly method: Method;
  /** With `{name}` for path parameters, as API Gateway and OpenAPI write them. */
  readonly path: string;
  readonly summary: string;
  /** What the caller's principal must be allowed to do; null where every known caller is welcome. */
  readonly needs: Permission | null;
}

const route = <const Id extends string>(
  id: Id,
  method: Method,
  path: string,
  needs: Permission | null,
  summary: string,
): Route<Id> => ({ id, method, path: API_BASE + path, summary, needs });

const all = [
  route("listImports", "GET", "/imports", "imports:read", "Import jobs, newest first"),
  route(
    "createImport",
    "POST",
    "/imports",
    "imports:create",
    "Ask for an import, answered with where to upload its file",
  ),
  route("getImport", "GET", "/imports/{key}", "imports:read", "One import job with its counts"),
  route("listImportRows", "GET", "/imports/{key}/rows", "imports:read", "What became of every row"),
  route(
    "getImportErrors",
    "GET",
    "/imports/{key}/errors.csv",
    "imports:read",
    "The failed rows, ready to fix and drop again",
  ),
  route("cancelImport", "POST", "/imports/{key}/cancel", "imports:create", "Stop an import"),
  route(
    "getImportHeaders",
    "GET",
    "/imports/headers/{type}",
    "imports:read",
    "The columns that a file of a type may have",
  ),
  route(
    "getImportTemplate",
    "GET",
    "/imports/headers/{type}/template.csv",
    "imports:read",
    "A file of a type to start from, with an example row",
  ),
  route(
    "listImportEffects",
    "GET",
    "/imports/{key}/effects",
    "imports:read",
    "The rewards, moves and mails that triggers made of an import",
  ),
  route("undoImport", "POST", "/imports/{key}/undo", "imports:create", "Take back what an import has changed"),
  route("listUndoneRows", "GET", "/imports/{key}/undo", "imports:read", "What became of the rows of an undone import"),
  route("listTriggers", "GET", "/triggers", "triggers:read", "Triggers, newest first"),
  route("createTrigger", "POST", "/triggers", "triggers:write", "Make a trigger"),
  route("getTrigger", "GET", "/triggers/{key}", "triggers:read", "One trigger"),
  route("updateTrigger", "PATCH", "/triggers/{key}", "triggers:write", "Change a trigger"),
  route("archiveTrigger", "DELETE", "/triggers/{key}", "triggers:write", "Put a trigger out of use"),
  route("createExport", "POST", "/exports/base-records", "exports:create", "Ask for a bundle, mailed as a link"),
  route("listExports", "GET", "/exports", "exports:read", "Export jobs, newest first"),
  route("getExport", "GET", "/exports/{key}", "exports:read", "One export job with its progress and files"),
  route("createExportLink", "POST", "/exports/{key}/link", "exports:create", "Mail a fresh link to a bundle"),
  route("revokeExport", "DELETE", "/exports/{key}", "exports:create", "Take an export back, and remove its bundle"),
  route("listAuditLog", "GET", "/audit-log", "audit:read", "Who did what, newest first"),
  route("getOpenApi", "GET", "/openapi.json", null, "This API, described in OpenAPI 3.1"),
];

export type RouteId = (typeof all)[number]["id"];

/** Every route of the API, as data: API Gateway, the router, OpenAPI and the local front all read this table. */
export const routes: readonly Route<RouteId>[] = all;
