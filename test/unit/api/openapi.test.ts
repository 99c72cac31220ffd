import { expect, test } from "vitest";
import * as z from "zod";
import { openapiDocument } from "../../../shared/api/openapi.ts";
import { presentExport, presentImport } from "../../../shared/api/present.ts";
import { routes } from "../../../shared/api/routes.ts";
import { anExportJob, anImportJob } from "../../functional/api-world.ts";

const shape = z.object({
  openapi: z.string(),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        operationId: z.string(),
        parameters: z.array(z.object({ name: z.string(), in: z.string(), description: z.string().min(5) })),
      }),
    ),
  ),
  components: z.object({
    schemas: z.record(
      z.string(),
      z.object({ properties: z.record(z.string(), z.unknown()), required: z.array(z.string()) }),
    ),
  }),
});

const plain: unknown = JSON.parse(JSON.stringify(openapiDocument()));
const { paths, components, openapi } = shape.parse(plain);

function* refsIn(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === "$ref") yield String(inner);
    else yield* refsIn(inner);
  }
}

test("is OpenAPI 3.1 and holds every route once", () => {
  expect(openapi).toBe("3.1.0");
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`),
  );
  expect(described.toSorted()).toEqual(routes.map(({ id, method, path }) => `${id} ${method} ${path}`).toSorted());
});

test("every parameter of a path is there", () => {
  for (const { path, method } of routes) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const described = paths[path]?.[method.toLowerCase()]?.parameters ?? [];
    expect(described.filter((one) => one.in === "path").map(({ name }) => name)).toEqual(named);
  }
});

test("only the error file may be a redirect, to an address in its header", () => {
  const redirects = Object.entries(z.object({ paths: z.record(z.string(), z.unknown()) }).parse(plain).paths).filter(
    ([, methods]) => JSON.stringify(methods).includes('"302"'),
  );
  expect(redirects).toMatchObject([
    [
      "/api/v2/imports/{key}/errors.csv",
      { get: { responses: { "302": { headers: { Location: { schema: { format: "uri" } } } } } } },
    ],
  ]);
});

test("every reference leads to a component", () => {
  const refs = [...refsIn(plain)];
  expect(refs.length).toBeGreaterThan(routes.length);
  for (const ref of refs)
    expect(Object.keys(components.schemas).map((name) => `#/components/schemas/${name}`)).toContain(ref);
});

test("components have exactly the fields that callers get", () => {
  const fields = (name: string) => Object.keys(components.schemas[name]?.properties ?? {}).toSorted();
  expect(fields("ImportJob")).toEqual(Object.keys(presentImport(anImportJob(), 3_000)).toSorted());
  expect(fields("ExportJob")).toEqual(Object.keys(presentExport(anExportJob(), 3_000)).toSorted());
  expect(components.schemas["ExportJob"]?.required.toSorted()).toEqual(fields("ExportJob"));
});

test("shows nothing that is marked internal", () => {
  expect(JSON.stringify(plain)).not.toMatch(/internal"|former_partnership_keys|parts_done/);
});
