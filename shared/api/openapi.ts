import { customerShapes } from "./customers/shapes.ts";
import { auditLogShapes } from "./audit-log/shapes.ts";
import { descriptionShapes } from "./description/shapes.ts";
import { exportShapes } from "./exports/shapes.ts";
import { importShapes } from "./imports/shapes.ts";
import { schemas } from "./openapi-schemas.ts";
import type { Schema } from "./schema-of.ts";
import { ref, type Shape, type Shapes } from "./openapi-shape.ts";
import type { Needs, Route } from "./route.ts";
import { partnerShapes } from "./partners/shapes.ts";
import { programShapes } from "./program/shapes.ts";
import { routes } from "./routes.ts";
import { triggerShapes } from "./triggers/shapes.ts";

const shapes = (): Shapes<typeof routes> => ({
  ...customerShapes(),
  ...importShapes(),
  ...triggerShapes(),
  ...exportShapes(),
  ...auditLogShapes(),
  ...partnerShapes(),
  ...programShapes(),
  ...descriptionShapes(),
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

function describedNeeds(needs: Needs): Schema {
  if (needs === "nothing") return { security: [] };
  return needs === "credential" ? {} : { description: `Needs the permission \`${needs}\`.` };
}

function operation(
  { id, path, summary, needs }: Route,
  { query = [], body, answer, isFile = false, redirect }: Shape,
): Schema {
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
    ...describedNeeds(needs),
    parameters: [...inPath, ...query],
    ...(body && { requestBody: { required: true, content: { "application/json": { schema: body } } } }),
    responses: {
      "200": {
        description: "OK",
        content: {
          [answer.type]: { schema: answer.schema },
          ...(isFile && { "text/csv": { schema: { type: "string" } } }),
        },
      },
      ...(redirect !== undefined && { "302": redirected(redirect) }),
      ...Object.fromEntries(failures),
    },
  };
}
