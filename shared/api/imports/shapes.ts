import { REDIRECT_MINUTES } from "../../names.ts";
import { IMPORT_STATUSES, OUTCOMES } from "../../records/import-job.ts";
import { schemaOf } from "../schema-of.ts";
import { cursors, inQuery, limit, listOf, one, type Shapes, soughtList } from "../openapi-shape.ts";
import { importRequest } from "./create-import.ts";
import type { importRoutes } from "./routes.ts";

export const importShapes = (): Shapes<typeof importRoutes> => ({
  listImports: soughtList("ImportJob", [
    limit,
    ...cursors,
    inQuery("status", "Only imports of this status", { type: "string", enum: IMPORT_STATUSES }),
    inQuery("type", "Only imports of this type", { type: "string" }),
    inQuery("archive_key", "Only imports of files of this archive", { type: "string" }),
  ]),
  createImport: { ...one("CreatedImport"), body: schemaOf(importRequest, "input") },
  cancelImport: one("ImportJob"),
  getImportHeaders: one("ImportHeaders"),
  getImportTemplate: { answer: { type: "text/csv", schema: { type: "string" } } },
  getImport: one("ImportJob"),
  listImportRows: listOf("Outcome", [
    limit,
    inQuery("starting_after", "Number of the row above the page", { type: "integer", minimum: 0 }),
    inQuery("outcome", "Only rows that came to this", { type: "string", enum: OUTCOMES }),
  ]),
  getImportErrors: {
    answer: { type: "text/csv", schema: { type: "string" } },
    redirect: `A file over 5 MB: fetch it from \`Location\` without credentials, within ${REDIRECT_MINUTES} minutes`,
  },
  listImportEffects: listOf("RowEffect", [
    limit,
    inQuery("starting_after", "Key of the effect above the page", { type: "string" }),
  ]),
  undoImport: one("ImportJob"),
  listUndoneRows: listOf("UndoneRow", [
    limit,
    inQuery("starting_after", "Number of the row above the page", { type: "integer", minimum: 0 }),
  ]),
});
