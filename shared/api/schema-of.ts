import * as z from "zod";

/** A JSON Schema, or another part of an OpenAPI document. */
export type Schema = Readonly<Record<string, unknown>>;

/** A schema that says what an object has, always. */
export const object = (properties: Schema): Schema => ({
  type: "object",
  properties,
  required: Object.keys(properties),
});

/** The JSON Schema of a zod schema, without what says nothing to a reader. */
export function schemaOf(schema: z.ZodType, io: "input" | "output"): Schema {
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, {
    io,
    override({ jsonSchema }) {
      // Objects may gain fields, and the bounds of JavaScript's integers are no rule of ours.
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return described;
}
