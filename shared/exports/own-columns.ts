import { type BundleColumns, textCell } from "../records/bundle.ts";
import type { FieldValues, FormField } from "../records/form-field.ts";
import type { BuiltInFields } from "../records/form-layout.ts";

/** What forms ask for beyond the fields that every record has, each once. */
export const ownFieldsOf = (forms: readonly (readonly FormField[])[], builtIn: BuiltInFields): FormField[] => [
  ...new Map(
    forms
      .flat()
      .filter(({ api_name }) => !Object.hasOwn(builtIn, api_name))
      .map((field) => [field.api_name, field]),
  ).values(),
];

/** Columns of a program's own fields, by their api_name, as the importer reads them. */
export const ownColumns = <Subject>(
  fields: readonly FormField[],
  of: (subject: Subject) => FieldValues,
): BundleColumns<Subject> =>
  Object.fromEntries(
    fields.map(({ api_name }) => [
      api_name,
      ({ subject }) => {
        const value = of(subject)[api_name];
        if (value === undefined) return "";
        return typeof value === "string" ? textCell(value) : String(value);
      },
    ]),
  );
