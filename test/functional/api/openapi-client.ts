import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import * as z from "zod";
import type { Reply } from "../api-world.ts";

const content = z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()) }));

const operation = z.object({
  operationId: z.string(),
  parameters: z.array(z.object({ name: z.string(), in: z.string(), schema: z.record(z.string(), z.unknown()) })),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), z.object({ content: content.optional() })),
  security: z.array(z.unknown()).optional(),
});

const description = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

export type Send = (
  method: string,
  path: string,
  request: { readonly query?: Readonly<Record<string, string>>; readonly body?: unknown },
) => Promise<Reply>;

/** An operation as the description tells of it. */
export interface Described {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
  readonly body: Readonly<Record<string, unknown>> | undefined;
  readonly isList: boolean;
}

/** A client that knows of the API only what its description says, and believes no answer that does not fit it. */
export function createOpenApiClient(document: unknown, send: Send) {
  const { paths, components } = description.parse(document);
  // Formats and keywords of OpenAPI that say nothing about validity are let through.
  const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));
  ajv.addSchema({ $id: "api", components });
  const schemaOf = (answer: Readonly<Record<string, unknown>>): object =>
    JSON.parse(JSON.stringify(answer).replaceAll('"#/components/', '"api#/components/')) as object;

  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => ({ method: method.toUpperCase(), path, one })),
  );
  const validators = new Map<string, ValidateFunction | undefined>(
    described.flatMap(({ one }) =>
      Object.entries(one.responses).flatMap(([status, { content: given }]) =>
        Object.entries(given ?? { "": { schema: {} } }).map(([type, { schema }]) => {
          const isJson = type === "application/json";
          return [`${one.operationId} ${status} ${type}`, isJson ? ajv.compile(schemaOf(schema)) : undefined] as const;
        }),
      ),
    ),
  );
  const operations = described.map(({ method, path, one }): Described => {
    const answer = one.responses["200"]?.content?.["application/json"]?.schema;
    return {
      id: one.operationId,
      method,
      path,
      query: one.parameters.filter((parameter) => parameter.in === "query").map(({ name }) => name),
      body: one.requestBody?.content["application/json"]?.schema,
      isList: JSON.stringify(answer ?? {}).includes('"has_more"'),
    };
  });

  /** Calls an operation; throws when the answer is none that the description allows. */
  async function call(
    one: Pick<Described, "id" | "method" | "path">,
    values: Readonly<Record<string, string>> = {},
    request: Parameters<Send>[2] = {},
  ): Promise<Reply> {
    const path = one.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ""));
    const reply = await send(one.method, path, request);
    const { "content-type": given = "" } = reply.headers;
    const [type = ""] = z.string().parse(given).split(";");
    const name = `${one.id} ${reply.status} ${type}`;
    if (!validators.has(name)) throw new Error(`${name} is not described`);
    const validate = validators.get(name);
    if (validate !== undefined && !validate(reply.json)) {
      throw new Error(
        `${name} does not fit its schema: ${ajv.errorsText(validate.errors)}\n${reply.text.slice(0, 2000)}`,
      );
    }
    return reply;
  }

  /** All items of a list, a page after another. */
  async function walk(list: Described, values: Readonly<Record<string, string>> = {}, limit = 5) {
    const items: Record<string, unknown>[] = [];
    for (let cursor: string | undefined, pages = 0; pages < 1_000; pages++) {
      const query = { limit: String(limit), ...(cursor !== undefined && { starting_after: cursor }) };
      const { json, status } = await call(list, values, { query });
      if (status !== 200) throw new Error(`${list.id} answered ${status}`);
      const { data } = z
        .object({ data: z.object({ items: z.array(z.record(z.string(), z.unknown())), has_more: z.boolean() }) })
        .parse(json);
      items.push(...data.items);
      const last = data.items.at(-1);
      if (!data.has_more || last === undefined) return items;
      cursor = String(last["key"] ?? last["row"]);
    }
    throw new Error(`${list.id} has no end`);
  }

  return { operations, call, walk };
}
