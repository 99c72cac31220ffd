import { type BundleColumns, textCell } from "../records/bundle.ts";
import type { FieldValues, FormField } from "../records/form-field.ts";

/** Columns of a program's own fields, by their api_name, as the importer reads them. A field that several forms ask for is one column. */
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
