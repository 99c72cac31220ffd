import * as z from "zod";
import { FIELD_TYPES, type FormField } from "../../records/form-field.ts";

/** A field of a form, as clients of the contract know it. */
export const fieldEntryShape = z.object({
  api_name: z.string(),
  internal_name: z.string(),
  field_key: z.string(),
  name: z.string().meta({ description: "Its label" }),
  type: z.enum(FIELD_TYPES),
  required: z.boolean(),
  options: z.array(z.string()).meta({ description: "What a choice is made from" }),
  hidden: z.boolean(),
  position: z.int(),
  placeholder_text: z.string().nullable(),
  help_text: z.string().nullable(),
  external_type: z.string().nullable(),
});

export const fieldEntry = (
  { api_name, label, type, required, options }: FormField,
  position: number,
): z.output<typeof fieldEntryShape> => ({
  api_name,
  internal_name: api_name,
  field_key: api_name,
  name: label,
  type,
  required,
  options,
  hidden: false,
  position,
  placeholder_text: null,
  help_text: null,
  external_type: null,
});
