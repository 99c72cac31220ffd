import * as z from "zod";
import { CallerError } from "../errors.ts";
import { CellProblem } from "../records/cell.ts";
import { fieldCell, type FieldValues, type FormField } from "../records/form-field.ts";
import { shown } from "./validated.ts";

const MOST_VALUES = 50;
const LONGEST_NAME = 50;
const LONGEST_TEXT = 2000;

const name = z
  .string()
  .min(1)
  .max(LONGEST_NAME)
  // Records are plain objects, which know these already.
  .refine((one) => !(one in {}), { error: "this name is taken by the platform" });

const value = z.union([z.string().max(LONGEST_TEXT), z.number(), z.boolean(), z.null()]);

/** Values of a program's own fields by api_name, as clients of the contract send them; null takes a value back. */
export const metaInput = z
  .record(name, value)
  .refine((values) => Object.keys(values).length <= MOST_VALUES, { error: `more than ${MOST_VALUES} values` });

/** The same as a list, in which they are given back. */
const fieldsInput = z.array(z.strictObject({ api_name: name, name: z.string().nullish(), value })).max(MOST_VALUES);

/** What a body may say of fields, in any of the three ways. */
export const fieldInputs = {
  meta: metaInput.nullish().meta({ description: "Values of further fields, by api_name; null takes a value back" }),
  field_data: metaInput.nullish().meta({ description: "The same as `meta`" }),
  fields: fieldsInput.nullish().meta({ description: "The same as a list" }),
};

interface FieldBody {
  readonly meta?: z.output<typeof metaInput> | null | undefined;
  readonly field_data?: z.output<typeof metaInput> | null | undefined;
  readonly fields?: z.output<typeof fieldsInput> | null | undefined;
}

/** All values that a body gives, by api_name. */
export const givenFields = ({ meta, field_data, fields }: FieldBody): z.output<typeof metaInput> => ({
  ...meta,
  ...field_data,
  ...Object.fromEntries((fields ?? []).map((one) => [one.api_name, one.value])),
});

/**
 * The values as they are kept, on top of those that are there. What the program declares is read by its type; what it does not
 * declare is kept as it is.
 */
export function keptFields(
  declared: readonly FormField[],
  given: z.output<typeof metaInput>,
  before: FieldValues = {},
): FieldValues {
  const kept: FieldValues = { ...before };
  for (const [api_name, one] of Object.entries(given)) {
    const field = declared.find((known) => known.api_name === api_name);
    if (one === null || one === "") {
      delete kept[api_name];
      continue;
    }
    if (field === undefined) {
      kept[api_name] = one;
      continue;
    }
    const read = fieldCell(field).read(String(one));
    if (read instanceof CellProblem) {
      throw new CallerError(
        "invalid",
        `${shown(one)} is no value of '${api_name}': ${read.hint}`,
        `fields.${api_name}`,
      );
    }
    kept[api_name] = read;
  }
  return kept;
}

/** The three forms in which clients of the contract look for a record's own fields. */
export const fieldShapes = {
  meta: z.object({}).meta({ description: "Always empty; accepted on writing" }),
  mdata: z.record(z.string(), z.unknown()).meta({ description: "The fields by api_name" }),
  field_data: z.record(z.string(), z.unknown()).meta({ description: "The same" }),
  fields: z.array(z.object({ api_name: z.string(), name: z.string(), value: z.unknown() })),
};

export const presentFields = (declared: readonly FormField[], values: FieldValues) => ({
  meta: {},
  mdata: values,
  field_data: values,
  fields: Object.entries(values).map(([api_name, one]) => ({
    api_name,
    name: declared.find((known) => known.api_name === api_name)?.label ?? api_name,
    value: one,
  })),
});
