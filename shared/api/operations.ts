import type { Clock, LinkSigner, Log, NewKey, ObjectStore, Queue, Table, UploadLinkSigner } from "../ports.ts";
import type { ExportMessage } from "../exports/export-bundle.ts";
import type { ImportMessage } from "../imports/import-message.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { MailMessage } from "../mail/mail-message.ts";
import { cancelImport } from "./cancel-import.ts";
import { createExport } from "./create-export.ts";
import { createExportLink } from "./create-export-link.ts";
import { createImport } from "./create-import.ts";
import { type Answer, document } from "./envelope.ts";
import { getExport } from "./get-export.ts";
import { getImportErrors } from "./get-import-errors.ts";
import { getImportHeaders, getImportTemplate } from "./get-import-headers.ts";
import { createTrigger } from "./create-trigger.ts";
import { getImport } from "./get-import.ts";
import { getTrigger, listTriggers } from "./get-trigger.ts";
import { listAuditLog } from "./list-audit-log.ts";
import { listExports } from "./list-exports.ts";
import { type EffectReader, listImportEffects } from "./list-import-effects.ts";
import { listImportRows, type OutcomeReader } from "./list-import-rows.ts";
import { listImports } from "./list-imports.ts";
import type { ApiRequest } from "./request.ts";
import { revokeExport } from "./revoke-export.ts";
import type { RouteId } from "./routes.ts";
import { listUndoneRows, undoImport, type UndoneReader } from "./undo-import.ts";
import { archiveTrigger, updateTrigger } from "./update-trigger.ts";

/** What the API works with. */
export interface ApiDependencies {
  readonly table: Pick<Table, "get" | "query" | "write">;
  readonly ledger: Pick<Ledger, "advance" | "collection" | "commit" | "find" | "newest" | "read">;
  /** The upload bucket. */
  readonly objects: Pick<ObjectStore, "get">;
  readonly outcomes: OutcomeReader;
  readonly effects: EffectReader;
  readonly undone: UndoneReader;
  /** Signs uploads into it. */
  readonly uploadLinks: UploadLinkSigner;
  /** Signs downloads of error files from there. */
  readonly reportLinks: LinkSigner;
  /** Takes bundles out of the export bucket. */
  readonly bundles: Pick<ObjectStore, "remove">;
  readonly exportQueue: Queue<ExportMessage>;
  readonly importQueue: Queue<ImportMessage>;
  readonly mailQueue: Queue<MailMessage>;
  readonly clock: Clock;
  readonly newKey: NewKey;
  readonly log: Log;
}

/** What each route does. */
export const operations = (
  dependencies: ApiDependencies,
): Readonly<Record<RouteId, (request: ApiRequest) => Promise<Answer>>> => ({
  listImports: (request) => listImports(dependencies, request),
  createImport: (request) => createImport(dependencies, request),
  cancelImport: (request) => cancelImport(dependencies, request),
  getImportHeaders: (request) => getImportHeaders(dependencies, request),
  getImportTemplate: (request) => getImportTemplate(dependencies, request),
  listAuditLog: (request) => listAuditLog(dependencies, request),
  getImport: (request) => getImport(dependencies, request),
  listImportRows: (request) => listImportRows(dependencies, request),
  getImportErrors: (request) => getImportErrors(dependencies, request),
  listImportEffects: (request) => listImportEffects(dependencies, request),
  undoImport: (request) => undoImport(dependencies, request),
  listUndoneRows: (request) => listUndoneRows(dependencies, request),
  listTriggers: (request) => listTriggers(dependencies, request),
  createTrigger: (request) => createTrigger(dependencies, request),
  getTrigger: (request) => getTrigger(dependencies, request),
  updateTrigger: (request) => updateTrigger(dependencies, request),
  archiveTrigger: (request) => archiveTrigger(dependencies, request),
  createExport: (request) => createExport(dependencies, request),
  listExports: (request) => listExports(dependencies, request),
  getExport: (request) => getExport(dependencies, request),
  createExportLink: (request) => createExportLink(dependencies, request),
  revokeExport: (request) => revokeExport(dependencies, request),
  async getOpenApi() {
    // Loaded when asked for: no other request should wait for it at a cold start.
    const { openapiDocument } = await import("./openapi.ts");
    return document("application/json; charset=utf-8", JSON.stringify(openapiDocument()));
  },
});
