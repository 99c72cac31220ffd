import type { ApiDependencies } from "../dependencies.ts";
import type { Operations } from "../operation.ts";
import { cancelImport } from "./cancel-import.ts";
import { createImport } from "./create-import.ts";
import { getImportErrors } from "./get-import-errors.ts";
import { getImportHeaders, getImportTemplate } from "./get-import-headers.ts";
import { getImport } from "./get-import.ts";
import { listImportEffects } from "./list-import-effects.ts";
import { listImportRows } from "./list-import-rows.ts";
import { listImports } from "./list-imports.ts";
import type { importRoutes } from "./routes.ts";
import { listUndoneRows, undoImport } from "./undo-import.ts";

export const importOperations = (dependencies: ApiDependencies): Operations<typeof importRoutes> => ({
  listImports: (request) => listImports(dependencies, request),
  createImport: (request) => createImport(dependencies, request),
  getImport: (request) => getImport(dependencies, request),
  listImportRows: (request) => listImportRows(dependencies, request),
  getImportErrors: (request) => getImportErrors(dependencies, request),
  cancelImport: (request) => cancelImport(dependencies, request),
  getImportHeaders: (request) => getImportHeaders(dependencies, request),
  getImportTemplate: (request) => getImportTemplate(dependencies, request),
  listImportEffects: (request) => listImportEffects(dependencies, request),
  undoImport: (request) => undoImport(dependencies, request),
  listUndoneRows: (request) => listUndoneRows(dependencies, request),
});
