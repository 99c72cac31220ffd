import { type BundleColumns, type BundleRow, type Cell, textCell } from "../records/bundle.ts";
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

/**
 * Columns of a program's own fields, in their order; one whose header is taken is named by its api_name, or by something
 * made of that.
 */
export function ownColumns<Subject>(
  fields: readonly FormField[],
  headerOf: (field: FormField) => string,
  valuesOf: (row: BundleRow<Subject>) => FieldValues,
  taken: readonly string[],
): BundleColumns<Subject> {
  const columns = new Map<string, (row: BundleRow<Subject>) => Cell>();
  const isFree = (header: string): boolean =>
    !columns.has(header) && !taken.includes(header) && !COMES_FIRST.test(header);
  for (const field of fields) {
    const { api_name } = field;
    let header = [headerOf(field), api_name].find(isFree) ?? `own_${api_name}`;
    while (!isFree(header)) header = `own_${header}`;
    columns.set(header, (row) => ownCell(valuesOf(row)[api_name]));
  }
  return Object.fromEntries(columns);
}

/** Whatever the order it was given in, an object puts a whole number first. */
const COMES_FIRST = /^\d+$/;

const ownCell = (value: FieldValues[string] | undefined): Cell =>
  typeof value === "string" ? textCell(value) : value === undefined ? "" : String(value);
