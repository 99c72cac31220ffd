import { API_BASE } from "../names.ts";

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

export interface Route {
  readonly id: string;
  readonly method: Method;
  /** With `{name}` for path parameters, as API Gateway and OpenAPI write them. */
  readonly path: string;
  readonly summary: string;
  /** What the caller's principal must be allowed to do. */
  readonly needs: Permission;
}

export type Permission = "records:read" | "imports:read" | "exports:read" | "exports:create";

const route = (id: string, method: Method, path: string, needs: Permission, summary: string): Route => ({
  id,
  method,
  path: API_BASE + path,
  summary,
  needs,
});

/** Every route of the API, as data: API Gateway, the router, OpenAPI and the local front all read this table. */
export const routes: readonly Route[] = [
  route("listImports", "GET", "/imports", "imports:read", "Import jobs, newest first"),
  route("getImport", "GET", "/imports/{key}", "imports:read", "One import job with its counts"),
  route("listImportRows", "GET", "/imports/{key}/rows", "imports:read", "What became of every row"),
  route("getImportErrors", "GET", "/imports/{key}/errors.csv", "imports:read", "The failed rows, ready to fix and drop again"),
  route("createExport", "POST", "/exports/base-records", "exports:create", "Ask for a bundle, mailed as a link"),
  route("listExports", "GET", "/exports", "exports:read", "Export jobs, newest first"),
  route("getExport", "GET", "/exports/{key}", "exports:read", "One export job with its progress and files"),
];
