import { DEFAULT_LIMIT, MAX_LIMIT } from "./paging.ts";
import { object, type Schema } from "./openapi-schemas.ts";
import type { Route } from "./route.ts";

/** What a route takes beyond its path, and what it answers. */
export interface Shape {
  readonly query?: readonly Schema[];
  readonly body?: Schema;
  readonly answer: { readonly type: string; readonly schema: Schema };
  /** When the answer is a redirect. */
  readonly redirect?: string;
}

export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

export const inJson = (schema: Schema) => ({ type: "application/json", schema });

export const enveloped = (data: Schema) =>
  inJson(object({ data, message: { type: "string" }, status: { type: "integer", const: 200 } }));

export const inQuery = (name: string, description: string, schema: Schema): Schema => ({
  name,
  in: "query",
  required: false,
  description,
  schema,
});

export const limit = inQuery("limit", "How many items at most", {
  type: "integer",
  minimum: 1,
  maximum: MAX_LIMIT,
  default: DEFAULT_LIMIT,
});

export const cursors = [
  inQuery("starting_after", "Key of the item above the page", { type: "string" }),
  inQuery("ending_before", "Key of the item below the page; not together with `starting_after`", { type: "string" }),
];

export const one = (name: string): Shape => ({ answer: enveloped(ref(name)) });

export const listOf = (name: string, query: readonly Schema[] = [limit, ...cursors]): Shape => ({
  query,
  answer: enveloped(object({ items: { type: "array", items: ref(name) }, has_more: { type: "boolean" } })),
});

const lookedTo: Schema = {
  type: "string",
  description:
    "Only with `has_more`, where looking for items of the filters ended before the page was full: go on with this key as the cursor",
};

/** An object with more than it has elsewhere. */
export const oneWith = (name: string, more: Schema): Shape => ({
  answer: enveloped({ allOf: [ref(name), object(more)] }),
});

/** Of which a request looks at so many items only, with filters. */
export const soughtList = (name: string, query: readonly Schema[]): Shape => ({
  query,
  answer: enveloped({
    ...object({ items: { type: "array", items: ref(name) }, has_more: { type: "boolean" } }),
    properties: { items: { type: "array", items: ref(name) }, has_more: { type: "boolean" }, looked_to: lookedTo },
  }),
});

/** A shape for each of some routes. */
export type Shapes<Routes extends readonly Route[]> = Readonly<Record<Routes[number]["id"], Shape>>;
