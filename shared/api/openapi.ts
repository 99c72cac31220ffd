import { REDIRECT_MINUTES } from "../names.ts";
import { IMPORT_STATUSES, OUTCOMES } from "../records/import-job.ts";
import { exportRequest } from "./export-request.ts";
import { importRequest } from "./create-import.ts";
import { object, type Schema, schemaOf, schemas } from "./openapi-schemas.ts";
import { DEFAULT_LIMIT, MAX_LIMIT } from "./paging.ts";
import { type Route, type RouteId, routes } from "./routes.ts";
import { triggerChange, triggerRequest } from "./trigger-request.ts";

/** What a route takes beyond its path, and what it answers. */
interface Shape {
  readonly query?: readonly Schema[];
  readonly body?: Schema;
  readonly answer: { readonly type: string; readonly schema: Schema };
  /** When the answer is a redirect. */
  readonly redirect?: string;
}

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

const inJson = (schema: Schema) => ({ type: "application/json", schema });

const enveloped = (data: Schema) =>
  inJson(object({ data, message: { type: "string" }, status: { type: "integer", const: 200 } }));

const inQuery = (name: string, description: string, schema: Schema): Schema => ({
  name,
  in: "query",
  required: false,
  description,
  schema,
});

const limit = inQuery("limit", "How many items at most", {
  type: "integer",
  minimum: 1,
  maximum: MAX_LIMIT,
  default: DEFAULT_LIMIT,
});

const cursors = [
  inQuery("starting_after", "Key of the item above the page", { type: "string" }),
  inQuery("ending_before", "Key of the item below the page; not together with `starting_after`", { type: "string" }),
];

const one = (name: string): Shape => ({ answer: enveloped(ref(name)) });

const listOf = (name: string, query: readonly Schema[] = [limit, ...cursors]): Shape => ({
  query,
  answer: enveloped(object({ items: { type: "array", items: ref(name) }, has_more: { type: "boolean" } })),
});

const lookedTo: Schema = {
  type: "string",
  description:
    "Only with `has_more`, where looking for items of the filters ended before the page was full: go on with this key as the cursor",
};

/** Of which a request looks at so many items only, with filters. */
const soughtList = (name: string, query: readonly Schema[]): Shape => ({
  query,
  answer: enveloped({
    ...object({ items: { type: "array", items: ref(name) }, has_more: { type: "boolean" } }),
    properties: { items: { type: "array", items: ref(name) }, has_more: { type: "boolean" }, looked_to: lookedTo },
  }),
});

const shapes = (): Readonly<Record<RouteId, Shape>> => ({
  listImports: soughtList("ImportJob", [
    limit,
    ...cursors,
    inQuery("status", "Only imports that stand there", { type: "string", enum: IMPORT_STATUSES }),
    inQuery("type", "Only imports of this type", { type: "string" }),
    inQuery("archive_key", "Only imports of files of this archive", { type: "string" }),
  ]),
  createImport: { ...one("CreatedImport"), body: schemaOf(importRequest, "input") },
  cancelImport: one("ImportJob"),
  getImportHeaders: one("ImportHeaders"),
  getImportTemplate: { answer: { type: "text/csv", schema: { type: "string" } } },
  listAuditLog: listOf("AuditEntry"),
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
  listTriggers: listOf("Trigger"),
  createTrigger: { ...one("Trigger"), body: schemaOf(triggerRequest, "input") },
  getTrigger: one("Trigger"),
  updateTrigger: { ...one("Trigger"), body: schemaOf(triggerChange, "input") },
  archiveTrigger: one("Trigger"),
  createExport: { ...one("ExportJob"), body: schemaOf(exportRequest, "input") },
  listExports: listOf("ExportJob"),
  getExport: one("ExportJob"),
  createExportLink: one("ExportJob"),
  revokeExport: one("ExportJob"),
  getOpenApi: { answer: inJson({ type: "object" }) },
});

const FAILURES = {
  "400": "Something in the request is not valid; `field` says what",
  "401": "Nobody we know",
  "403": "Not allowed",
  "404": "Not found",
  "409": "Not as things stand",
  "410": "No longer there",
  "413": "Too large",
  "415": "The body is not JSON",
  "429": "Too many; `Retry-After` says when to ask again",
  "500": "Our fault",
} as const;

/** The API in OpenAPI 3.1, made from the routes and the records. */
export function openapiDocument(): Schema {
  const shapeOf = shapes();
  const paths: Record<string, Record<string, Schema>> = {};
  for (const route of routes) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route, shapeOf[route.id]);
  }
  return {
    openapi: "3.1.0",
    info: { title: "Partner Ledger", version: "2" },
    paths,
    components: {
      schemas: schemas(),
      securitySchemes: {
        programKey: { type: "http", scheme: "basic", description: "Public key as user name, secret key as password" },
        token: { type: "http", scheme: "bearer", description: "A teammate's or a partner's token" },
      },
    },
    security: [{ programKey: [] }, { token: [] }],
  };
}

const redirected = (description: string): Schema => ({
  description,
  headers: { Location: { required: true, schema: { type: "string", format: "uri" } } },
});

function operation({ id, path, summary, needs }: Route, { query = [], body, answer, redirect }: Shape): Schema {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const failures = Object.entries(FAILURES).map(([status, description]) => [
    status,
    {
      description,
      ...(status === "429" && { headers: { "Retry-After": { schema: { type: "integer", description: "Seconds" } } } }),
      content: { "application/json": { schema: ref("Error") } },
    },
  ]);
  return {
    operationId: id,
    summary,
    ...(needs !== null && { description: `Needs the permission \`${needs}\`.` }),
    parameters: [...inPath, ...query],
    ...(body && { requestBody: { required: true, content: { "application/json": { schema: body } } } }),
    responses: {
      "200": { description: "OK", content: { [answer.type]: { schema: answer.schema } } },
      ...(redirect !== undefined && { "302": redirected(redirect) }),
      ...Object.fromEntries(failures),
    },
  };
}
