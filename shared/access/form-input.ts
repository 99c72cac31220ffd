import * as z from "zod";
import { CallerError } from "../errors.ts";
import { ERROR_COLUMNS } from "../imports/header.ts";
import type { ImportLayout } from "../records/column.ts";
import { formField, type FormField } from "../records/form-field.ts";
import { type BuiltInFields, formProblem } from "../records/form-layout.ts";
import { plainName } from "../records/plain-name.ts";
import { apiNameOf, stage, type Stage } from "../records/stage.ts";

const MOST_FIELDS = 30;
const MOST_STAGES = 30;

/** The fields of a form as given: a label follows from the api_name, the type of a built-in field is known. */
export const fieldsInput = z
  .array(
    z.strictObject({
      api_name: formField.shape.api_name,
      label: formField.shape.label.optional(),
      type: formField.shape.type.optional(),
      required: formField.shape.required.default(false),
      options: formField.shape.options.default([]),
    }),
  )
  .max(MOST_FIELDS);

export const stagesInput = z
  .array(z.strictObject({ name: stage.shape.name, api_name: stage.shape.api_name.optional() }))
  .min(1)
  .max(MOST_STAGES);

type FieldsInput = z.output<typeof fieldsInput>;

const refuse = (message: string, field: string): never => {
  throw new CallerError("invalid", message, field);
};

/** The fields as they are kept; `path` is where they were given. */
export const fieldsOf = (given: FieldsInput, builtIn: BuiltInFields, path: string): FormField[] =>
  given.map(({ api_name, label = api_name.replaceAll("_", " "), type, required, options }) => {
    const known = Object.hasOwn(builtIn, api_name) ? builtIn[api_name] : undefined;
    if (known !== undefined && type !== undefined && type !== known)
      refuse(`'${api_name}' is a built-in field of the type '${known}'`, path);
    const field: FormField = { api_name, label, type: known ?? type ?? "text", required, options };
    const plain = options.map(plainName);
    if ((field.type === "choice") !== options.length > 0)
      refuse(`the field '${api_name}' has to have options if it is a choice, and only then`, path);
    if (new Set(plain).size < plain.length) refuse(`two options of the field '${api_name}' are the same`, path);
    return field;
  });

/** A form that asks for these fields whatever else it asks for; they may be relabelled. */
export function formOf(
  given: FieldsInput | undefined,
  usual: readonly FormField[],
  { builtIn, always, path }: { builtIn: BuiltInFields; always: readonly FormField[]; path: string },
): FormField[] {
  if (given === undefined) return [...usual];
  const form = fieldsOf(given, builtIn, path);
  const names = new Set(always.map(({ api_name }) => api_name));
  const optional = given.find(({ api_name, required }) => names.has(api_name) && !required);
  if (optional) refuse(`'${optional.api_name}' is always required`, path);
  return [...always.filter(({ api_name }) => !form.some((field) => field.api_name === api_name)), ...form];
}

/** Refuses forms that the columns of one file cannot stand for. */
export function checkForms(
  layout: ImportLayout,
  forms: readonly (readonly FormField[])[],
  builtIn: BuiltInFields,
  path: string,
): void {
  const problem = formProblem(layout, forms, { builtIn, reserved: ERROR_COLUMNS });
  if (problem !== undefined) refuse(problem, path);
}

export function stagesFrom(
  given: z.output<typeof stagesInput> | undefined,
  usual: readonly Stage[],
  path: string,
): Stage[] {
  if (given === undefined) return [...usual];
  const stages = given.map(({ name, api_name = apiNameOf(name) }) => ({ name, api_name }));
  const nameless = stages.find(({ api_name }) => api_name === "");
  if (nameless) refuse(`'${nameless.name}' has no letters or digits and needs an api_name`, path);
  const names = stages.map((one) => [...new Set([plainName(one.name), plainName(one.api_name)])]).flat();
  if (new Set(names).size < names.length) refuse("two of them have the same name", path);
  return stages;
}
