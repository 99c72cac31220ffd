import { route } from "../route.ts";

export const importRoutes = [
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
];
